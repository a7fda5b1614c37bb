import EndpointCore
import Foundation
import MediaModel
import Testing

@testable import ConfigurationReading

/// A value for each key that is not its default, and how it is shown.
private let values: [(key: String, written: String, shown: String)] = [
    ("log.level", "debug", "debug"), ("log.format", "json", "json"),
    ("threads", "2", "2"), ("data", "./kept", "./kept"), ("one-port", "on", "on"),
    ("rtmp.listen", "[::1]:19350", "[::1]:19350"), ("rtmp.chunk-size", "4096", "4KiB"),
    ("rtmp.handshake-timeout", "3s", "3s"), ("rtmp.idle-timeout", "1m", "60s"), ("rtmp.drain", "30s", "30s"),
    ("rtmp.rtmpe", "on", "on"),
    (
        "rtmp.swf-hashes", "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    ),
    ("rtmp.connections", "17", "17"), ("rtmp.connections-per-address", "3", "3"),
    ("rtmps.listen", ":443", ":443"), ("rtmps.client-ca", "/ca.pem", "/ca.pem"),
    ("rtmpt.http", "off", "off"), ("rtmpt.listen", ":0", ":0"), ("rtmpt.tunnels", "5", "5"),
    ("rtmpt.timeout", "7s", "7s"), ("rtmpt.body", "1MiB", "1MiB"), ("rtmpt.bound-to", "family", "family"),
    ("rtmpts.listen", ":0", ":0"),
    ("http.listen", "127.0.0.1:0", "127.0.0.1:0"),
    ("http.public-url", "https://media.example.com/", "https://media.example.com"), ("http.connections", "18", "18"),
    ("http.connections-per-address", "4", "4"),
    ("https.listen", "off", "off"),
    ("recordings.folder", "/media/shows", "/media/shows"), ("recordings.longest", "1h", "60m"),
    ("recordings.queue", "8MiB", "8MiB"),
    ("thumbnails.ffmpeg", "/opt/ffmpeg", "/opt/ffmpeg"), ("thumbnails.interval", "7s", "7s"),
    (
        "tls.certificates", "[{ certificate: /a.pem, key: /a.key }, { certificate: /b.pem }]",
        "[{ certificate: /a.pem, key: /a.key }, { certificate: /b.pem, key: /b.pem }]"
    ),
    ("tls.oldest-version", "1.3", "1.3"), ("tls.handshake-timeout", "3s", "3s"), ("tls.check-interval", "1m", "60s"),
    ("proxy-protocol.trusted", "[127.0.0.1, \"10.1.2.3/8\", \"::1\"]", "[127.0.0.1/32, 10.0.0.0/8, \"::1/128\"]"),
    ("auth.publish", "key", "key"), ("auth.play", "token", "token"),
    ("auth.keys", "[{ key: k1, stream: live/show, label: studio }]", "[{ key: …, stream: live/show, label: studio }]"),
    ("auth.token-secret", "0123456789abcdef", "…"),
    ("auth.token-keys", "https://id.example/keys?p=1", "https://id.example/keys?p=1"),
    ("auth.token-keys-interval", "1m", "60s"),
    ("auth.token-issuer", "https://id.example", "https://id.example"), ("auth.token-audience", "video", "video"),
    ("auth.ban-after", "5", "5"), ("auth.ban-for", "1m", "60s"),
    ("api.nginx-rtmp", "on", "on"),
    ("api.srs", ":0", ":0"),
    ("metrics.readers", "token", "token"), ("metrics.streams", "7", "7"),
    (
        "webhooks",
        "[{ url: \"https://a.example/in?key=x\", events: [publish, play.end], format: srs, secret: 0123456789abcdef, name: a }]",
        "[{ name: a, url: https://a.example/in?…, events: [publish, play.end], format: srs, secret: … }]"
    ),
    ("webhook-queue.events", "5", "5"), ("webhook-queue.bytes", "1MiB", "1MiB"), ("webhook-queue.keep", "1h", "60m"),
    ("webhook-queue.time-limit", "2s", "2s"), ("webhook-queue.longest-pause", "1m", "60s"),
    ("webhook-queue.at-once", "2", "2"),
    ("admission.publish", "http://b.example:81/p?s=1", "http://b.example:81/p?…"),
    ("admission.play", "http://[::1]/play", "http://[::1]/play"),
    ("admission.update", "http://d.example/", "http://d.example/"), ("admission.update-interval", "1m", "60s"),
    ("admission.update-strict", "on", "on"), ("admission.format", "nginx-rtmp", "nginx-rtmp"),
    ("admission.secret", "fedcba9876543210", "…"), ("admission.time-limit", "500ms", "500ms"),
    ("admission.on-failure", "open", "open"), ("admission.send-query", "on", "on"), ("admission.remember", "5s", "5s"),
    ("apps.live.gop-cache", "off", "off"), ("apps.live.gop-cache-bytes", "64KiB", "64KiB"),
    ("apps.live.gop-cache-duration", "2500ms", "2500ms"), ("apps.live.on-duplicate", "takeover", "takeover"),
    ("apps.live.resume-within", "0", "0s"), ("apps.live.wait-for-publisher", "2m", "2m"),
    ("apps.live.gather", "20ms", "20ms"), ("apps.live.read-pace", "0", "0s"),
    ("apps.live.record", "flv", "flv"),
    ("apps.live.slow-viewer.window-bytes", "1MB", "1000000B"),
    ("apps.live.slow-viewer.window-duration", "3s", "3s"), ("apps.live.slow-viewer.close-after", "5s", "5s"),
    ("apps.live.hls.enabled", "false", "off"), ("apps.live.hls.segment", "1s", "1s"),
    ("apps.live.hls.part", "200ms", "200ms"),
    ("apps.live.hls.window", "30s", "30s"), ("apps.live.hls.ts", "OFF", "off"),
    ("apps.live.hls.memory", "1GiB", "1GiB"), ("apps.live.dash.enabled", "off", "off"),
    ("apps.live.obs-multitrack.enabled", "on", "on"),
    (
        "apps.live.obs-multitrack.ladder",
        "[{ height: 360, bitrate: 500kbps, frame-rate: 25 }, { bitrate: 2.5Mbps, height: 720 }]",
        "[{ height: 720, bitrate: 2500kbps }, { height: 360, bitrate: 500kbps, frame-rate: 25 }]"
    ),
    ("apps.live.obs-multitrack.audio-bitrate", "96kbps", "96kbps"),
    ("apps.live.obs-multitrack.keyframe-interval", "1s", "1s"), ("apps.live.obs-multitrack.b-frames", "0", "0"),
    ("apps.live.obs-multitrack.encoder", "x264", "x264"),
    ("apps.live.obs-multitrack.server", "rtmps://in.example.com/live/", "rtmps://in.example.com/live"),
    ("apps.live.auth.publish", "open", "open"), ("apps.live.auth.play", "token", "token"),
    ("apps.live.auth.challenge", "adobe", "adobe"),
    ("apps.live.auth.publish-allow", "[10.1.2.3/8, \"::1\"]", "[10.0.0.0/8, \"::1/128\"]"),
    ("apps.live.auth.publish-deny", "[10.9.0.0/16]", "[10.9.0.0/16]"),
    ("apps.live.auth.play-allow", "[192.0.2.7]", "[192.0.2.7/32]"),
    ("apps.live.auth.play-deny", "[\"::/0\"]", "[\"::/0\"]"),
    ("apps.live.admission.publish", "off", "off"),
    ("apps.live.admission.play", "http://c.example/", "http://c.example/"),
    ("apps.live.admission.update", "off", "off"),
    ("apps.live.admission.format", "srs", "srs"), ("apps.live.admission.secret", "none", "none"),
    ("apps.live.admission.time-limit", "1s", "1s"), ("apps.live.admission.on-failure", "closed", "closed"),
]

@Suite("Every key")
struct EveryKeyTests {
    private func setting(_ key: String, in report: ConfigurationReport) -> ConfigurationReport.Setting? {
        report.settings.first { $0.key == key }
    }

    @Test("has a value in the table of this test")
    func complete() {
        let server = ServerConfiguration.keys.keys.map(\.name)
        let application = ApplicationConfiguration.keys.keys.map { "apps.live.\($0.name)" }
        #expect(values.map(\.key) == server + application)
    }

    @Test("is read from the file, with its line", arguments: values)
    func file(key: String, written: String, shown: String) throws {
        var yaml = ""
        let parts = key.split(separator: ".")
        for (depth, part) in parts.enumerated() {
            yaml += "\(String(repeating: " ", count: depth))\(part):\n"
        }
        yaml +=
            String(repeating: " ", count: parts.count)
            + (written.hasPrefix("[") && !key.hasSuffix(".listen") ? written : "\"\(written)\"") + "\n"
        let report = try load(yaml)
        #expect(
            setting(key, in: report) == .init(key: key, value: shown, origin: .file("c.yaml", line: parts.count)))
    }

    @Test("is read from its environment variable", arguments: values)
    func environment(key: String, written: String, shown: String) throws {
        let variable =
            "SWIFTWATER_" + key.uppercased().replacing(".", with: "_").replacing("-", with: "_")
        let report = try load("", environment: [variable: written])
        #expect(setting(key, in: report) == .init(key: key, value: shown, origin: .environment(variable)))
        #expect(report.settings.filter { $0.origin != .builtIn }.map(\.key) == [key])
    }

    @Test("outside apps is read from a flag", arguments: values.filter { !$0.key.hasPrefix("apps.") })
    func flag(key: String, written: String, shown: String) throws {
        let report = try load("", flags: [ConfigurationFlag("--it", key: key, value: written)])
        #expect(setting(key, in: report) == .init(key: key, value: shown, origin: .flag("--it")))
    }

    @Test("sets a property of its own")
    func properties() throws {
        let variables = values.map { value in
            ("SWIFTWATER_" + value.key.uppercased().replacing(".", with: "_").replacing("-", with: "_"), value.written)
        }
        let loaded = try load("", environment: Dictionary(uniqueKeysWithValues: variables)).configuration
        var expected = ServerConfiguration()
        expected.log.level = .debug
        expected.log.format = .json
        expected.threads = 2
        expected.data = "./kept"
        expected.rtmp.listen = ListenAddress(host: "::1", port: 19350)
        expected.rtmp.chunkSizeBytes = 4096
        expected.rtmp.handshakeTimeout = .seconds(3)
        expected.rtmp.idleTimeout = .seconds(60)
        expected.rtmp.drain = .seconds(30)
        expected.rtmp.connections = 17
        expected.rtmp.connectionsPerAddress = 3
        expected.rtmp.rtmpe = true
        expected.rtmp.swfHashes = [
            Array(repeating: Array(stride(from: UInt8(0), through: 0xFF, by: 0x11)), count: 2).flatMap { $0 }
        ]
        expected.onePort = true
        expected.rtmps.listen = .at(ListenAddress(port: 443))
        expected.rtmps.clientAuthorities = "/ca.pem"
        expected.https.listen = .off
        expected.tls.certificates = [
            CertificatePair(certificate: "/a.pem", key: "/a.key"),
            CertificatePair(certificate: "/b.pem", key: "/b.pem"),
        ]
        expected.tls.oldestVersion = .tls13
        expected.tls.handshakeTimeout = .seconds(3)
        expected.tls.checkInterval = .seconds(60)
        expected.proxyProtocol.trusted = ["127.0.0.1", "10.0.0.0/8", "::1"].compactMap(AddressRange.init)
        expected.rtmpt.onHTTPPort = false
        expected.rtmpt.listen = ListenAddress(port: 0)
        expected.rtmpt.tunnels = 5
        expected.rtmpt.timeout = .seconds(7)
        expected.rtmpt.bodyBytes = 1 << 20
        expected.rtmpt.boundTo = .family
        expected.rtmpts.listen = ListenAddress(port: 0)
        expected.http.listen = ListenAddress(host: "127.0.0.1", port: 0)
        expected.http.connections = 18
        expected.http.connectionsPerAddress = 4
        expected.recordings.folder = "/media/shows"
        expected.recordings.longest = .seconds(3600)
        expected.recordings.queueBytes = 8 << 20
        expected.thumbnails.ffmpeg = "/opt/ffmpeg"
        expected.thumbnails.interval = .seconds(7)
        expected.auth.publish = .key
        expected.auth.keys = [PublishKey(secret: Secret("k1"), path: try StreamPath("live/show"), label: "studio")]
        expected.auth.play = .token
        expected.auth.tokens.secret = Secret("0123456789abcdef")
        expected.auth.tokens.keySet = HookURL("https://id.example/keys?p=1").map { .address($0) }
        expected.auth.tokens.keySetInterval = .seconds(60)
        expected.auth.tokens.issuer = "https://id.example"
        expected.auth.tokens.audience = "video"
        expected.auth.ban.after = 5
        expected.auth.ban.for = .seconds(60)
        expected.api.nginxRTMP = true
        expected.api.srs = ListenAddress(port: 0)
        expected.metrics.readers = .token
        expected.http.publicURL = "https://media.example.com"
        expected.metrics.streams = 7
        expected.webhooks = [
            .init(
                name: "a", url: try #require(HookURL("https://a.example/in?key=x")), events: [.publish, .playEnd],
                format: .srs, secret: Secret("0123456789abcdef"))
        ]
        expected.webhookQueue.events = 5
        expected.webhookQueue.bytes = 1 << 20
        expected.webhookQueue.keep = .seconds(3600)
        expected.webhookQueue.timeLimit = .seconds(2)
        expected.webhookQueue.longestPause = .seconds(60)
        expected.webhookQueue.atOnce = 2
        expected.admission.publish = HookURL("http://b.example:81/p?s=1")
        expected.admission.play = HookURL("http://[::1]/play")
        expected.admission.update = HookURL("http://d.example/")
        expected.admission.updateInterval = .seconds(60)
        expected.admission.isUpdateStrict = true
        expected.admission.format = .nginxRTMP
        expected.admission.secret = Secret("fedcba9876543210")
        expected.admission.timeLimit = .milliseconds(500)
        expected.admission.onFailure = .open
        expected.admission.sendsQuery = true
        expected.admission.remember = .seconds(5)
        var live = ApplicationConfiguration()
        live.gopCache = false
        live.gopCacheBytes = 65536
        live.gopCacheDuration = .milliseconds(2500)
        live.onDuplicate = .takeover
        live.resumeWithin = .zero
        live.waitForPublisher = .seconds(120)
        live.gather = .milliseconds(20)
        live.readPace = .zero
        live.record = .flv
        live.slowViewer.windowBytes = 1_000_000
        live.slowViewer.windowDuration = .seconds(3)
        live.slowViewer.closeAfter = .seconds(5)
        live.hls.isEnabled = false
        live.hls.segment = .seconds(1)
        live.hls.part = .milliseconds(200)
        live.dash.isEnabled = false
        live.hls.window = .seconds(30)
        live.hls.mpegTS = false
        live.hls.memoryBytes = 1 << 30
        live.obsMultitrack.isEnabled = true
        live.obsMultitrack.ladder = [
            .init(height: 720, bitsPerSecond: 2_500_000), .init(height: 360, bitsPerSecond: 500_000, frameRate: 25),
        ]
        live.obsMultitrack.audioBitsPerSecond = 96_000
        live.obsMultitrack.keyframeInterval = .seconds(1)
        live.obsMultitrack.bFrames = 0
        live.obsMultitrack.encoder = .x264
        live.obsMultitrack.server = "rtmps://in.example.com/live"
        live.auth.publish = .open
        live.auth.play = .token
        live.auth.challenge = .adobe
        live.auth.publishers.allowed = ["10.0.0.0/8", "::1"].compactMap { AddressRange($0) }
        live.auth.publishers.denied = ["10.9.0.0/16"].compactMap { AddressRange($0) }
        live.auth.players.allowed = ["192.0.2.7"].compactMap { AddressRange($0) }
        live.auth.players.denied = ["::/0"].compactMap { AddressRange($0) }
        live.admission.publish = .some(nil)
        live.admission.play = HookURL("http://c.example/")
        live.admission.update = .some(nil)
        live.admission.format = .srs
        live.admission.secret = .some(nil)
        live.admission.timeLimit = .seconds(1)
        live.admission.onFailure = .closed
        expected.applications = ["live": live]
        #expect(loaded == expected)
    }

    @Test("can be told from every other by its variable")
    func variables() {
        let names = ApplicationConfiguration.keys.keys.map { EnvironmentName.spelling($0.name) }
        for name in names {
            #expect(!names.contains { $0 != name && $0.hasSuffix("_" + name) })
        }
        let server = ServerConfiguration.keys.keys.map { EnvironmentName.of($0.name) }
        #expect(Set(server).count == server.count)
    }
}
