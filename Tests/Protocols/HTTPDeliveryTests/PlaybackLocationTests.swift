import SegmentPackaging
import Testing

@testable import HTTPDelivery

@Suite("Playback URLs")
struct PlaybackLocationTests {
    @Test(
        "each URL of the product names its resource",
        arguments: [
            ("/live/show", "live", "show", PlaybackLocation.Resource.page),
            ("/live/a/b", "live", "a/b", .page),
            ("/live/show.flv", "live", "show", .live(.flv)),
            ("/live/a/b.mp4", "live", "a/b", .live(.fragmentedMP4)),
            ("/live/show.ts", "live", "show", .live(.transportStream)),
            ("/live/.ts", "live", ".ts", .page),
            ("/live/show/index.m3u8", "live", "show", .multivariantPlaylist(base: "")),
            ("/live/show.m3u8", "live", "show", .multivariantPlaylist(base: "show/")),
            ("/live/a/b.m3u8", "live", "a/b", .multivariantPlaylist(base: "b/")),
            ("/hls/show.m3u8", "live", "show", .multivariantPlaylist(base: "../live/show/")),
            ("/hls/a/b.m3u8", "live", "a/b", .multivariantPlaylist(base: "../../live/a/b/")),
            ("/live/show/hls/video.m3u8", "live", "show", .hlsFile(.fragmentedMP4, "video.m3u8")),
            ("/live/a/b/hls-ts/x-1.ts", "live", "a/b", .hlsFile(.transportStream, "x-1.ts")),
            ("/live/hls", "live", "hls", .page),
            ("/live/with%20space", "live", "with space", .page),
        ])
    func resources(target: String, application: String, name: String, resource: PlaybackLocation.Resource) throws {
        let location = try #require(PlaybackLocation(target: target))
        #expect(location.application == application)
        #expect(location.name == name)
        #expect(location.resource == resource)
    }

    @Test(
        "what cannot name a stream names none",
        arguments: [
            "", "/", "/live", "/live/", "//show", "/live//show", "/live/%FF", "/live/%zz", "/live/%4", "/live/%",
            "live/show",
        ])
    func none(target: String) {
        #expect(PlaybackLocation(target: target) == nil)
    }

    @Test(
        "a page with a slash behind it is the page",
        arguments: [
            ("/live/show/", "/live/show"), ("/live/a/b/?token=a/&embed=1", "/live/a/b?token=a/&embed=1"),
            ("/live/sh%6Fw/", "/live/sh%6Fw"), ("/live/show/?", "/live/show?"),
        ])
    func slashed(target: String, page: String) {
        #expect(PlaybackLocation.pageTarget(ofSlashed: target) == page)
    }

    @Test(
        "nothing else leads anywhere, and above all not to another server",
        arguments: [
            "", "/", "/live/", "/live/show", "/live/show//", "//evil/show/", "///evil/", #"/\evil/show/"#,
            "/%2Fevil/show/", "/%5Cevil/show/", "http://evil/live/show/", "evil:/live/show/", "/live/../", "/../live/",
            "/live/show.flv/",
            "/live/show.m3u8/", "/live/show?/", "/live/with%20space/", "/live/show/\r\nx/",
        ])
    func notSlashed(target: String) {
        #expect(PlaybackLocation.pageTarget(ofSlashed: target) == nil)
    }

    @Test("a long target is not looked at")
    func long() {
        #expect(PlaybackLocation(target: "/live/" + String(repeating: "a", count: 10_000)) == nil)
    }

    @Test(
        "the query picks tracks, and what it cannot mean is the first",
        arguments: [
            ("", TrackChoice()), ("?video=2&audio=none", TrackChoice(video: .number(2), audio: .none)),
            ("?video=256", TrackChoice()), ("?audio=-1&video=x", TrackChoice()),
            ("?audio=255", TrackChoice(audio: .number(255))),
        ])
    func trackChoice(query: String, choice: TrackChoice) throws {
        #expect(try #require(PlaybackLocation(target: "/live/show.mp4" + query)).trackChoice == choice)
    }

    @Test("the query is no part of the name, and is decoded")
    func query() throws {
        let location = try #require(PlaybackLocation(target: "/live/show?token=a%2Fb+c&embed=1&flag"))
        #expect(location.name == "show")
        #expect(location.query == ["token": "a/b c", "embed": "1", "flag": ""])
        #expect(location.hlsForm == .fragmentedMP4)
        #expect(PlaybackLocation(target: "/live/show/index.m3u8?ts=1")?.hlsForm == .transportStream)
    }
}
