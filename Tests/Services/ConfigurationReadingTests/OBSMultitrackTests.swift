import Testing

@testable import ConfigurationReading

@Suite("The ladder for OBS")
struct OBSMultitrackTests {
    private func written(_ section: String) -> String { "apps:\n  live:\n    obs-multitrack:\n      \(section)\n" }

    @Test(
        "faults name the rung, the part and what may have been meant",
        arguments: [
            ("ladder: 1080p", ": takes a list of { height, bitrate, frame-rate }, not a single value"),
            ("ladder: []", ": takes a list of { height, bitrate, frame-rate }, not a list"),
            ("ladder: [720]", "[0]: takes { height, bitrate, frame-rate }, not a single value"),
            ("ladder: [{ height: 720 }]", "[0]: bitrate is missing"),
            ("ladder: [{ bitrate: 1Mbps }]", "[0]: height is missing"),
            (
                "ladder: [{ height: 720, bitrate: 1Mbps, framerate: 30 }]",
                "[0]: takes height, bitrate and frame-rate and nothing else, did you mean frame-rate?"
            ),
            ("ladder: [{ height: 720p, bitrate: 1Mbps }]", "[0].height: \"720p\" is not a whole number"),
            ("ladder: [{ height: 10, bitrate: 1Mbps }]", "[0].height: 10 is not within 90 and 4320"),
            (
                "ladder: [{ height: 720, bitrate: 3000 }]",
                "[0].bitrate: \"3000\" is not a bitrate such as 6Mbps or 800kbps, did you mean 3000kbps?"
            ),
            (
                "ladder: [{ height: 720, bitrate: 3M }]",
                "[0].bitrate: \"3M\" is not a bitrate such as 6Mbps or 800kbps, did you mean 3Mbps?"
            ),
            ("ladder: [{ height: 720, bitrate: 1kbps }]", "[0].bitrate: 1kbps is not within 50kbps and 200Mbps"),
            ("ladder: [{ height: 720, bitrate: [1] }]", "[0].bitrate: takes a single value, not a list"),
            (
                "ladder: [{ height: 720, bitrate: 1Mbps }, { height: 720, bitrate: 2Mbps }]",
                "[1]: the same height as an entry before"
            ),
        ])
    func rungs(section: String, fault: String) {
        #expect(faults(in: written(section)) == ["c.yaml:4: apps.live.obs-multitrack.ladder" + fault])
    }

    @Test("a ladder has six rungs at most")
    func count() {
        let rungs = (1...7).map { "{ height: \($0)00, bitrate: 1Mbps }" }.joined(separator: ", ")
        #expect(faults(in: written("ladder: [\(rungs)]")).first?.hasSuffix("more than 6 entries") == true)
    }

    @Test(
        "a keyframe interval is whole seconds",
        arguments: [
            ("1500ms", "\"1500ms\" is not a time in whole seconds, such as 2s"),
            ("11s", "11s is not within 1s and 10s"),
        ])
    func interval(value: String, fault: String) {
        #expect(
            faults(in: written("keyframe-interval: \(value)"))
                == ["c.yaml:4: apps.live.obs-multitrack.keyframe-interval: \(fault)"])
    }

    @Test(
        "what is no place to publish is refused",
        arguments: [
            "http://host/live", "rtmp://host", "rtmp://host/", "rtmp:///live", "host/live", "rtmp://host/live?key=x",
            "rtmp://host/{stream_key}", "rtmp://us er/live", "\"\"",
        ])
    func servers(server: String) {
        #expect(faults(in: written("server: \"\(server)\"")).count == 1)
    }

    @Test("places to publish are taken", arguments: ["rtmp://host/live", "rtmps://[2001:db8::1]:443/a/b/"])
    func places(server: String) throws {
        let live = try load(written("server: \"\(server)\"")).configuration.application("live")
        #expect(live.obsMultitrack.server == (server.hasSuffix("/") ? String(server.dropLast()) : server))
    }
}
