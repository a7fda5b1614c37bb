import AMF
import FLV
import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Enhanced RTMP between sessions")
struct EnhancedStories {
    @Test(
        "what a client announces is what it is sent",
        arguments: [
            (.object([]), ReceiverCapabilities.legacy), (["videoFunction": 1], .legacy), (["capsEx": 15], .legacy),
            (["fourCcList": ["hvc1", "av01", "vp09"]], .enhanced(codecs: .init([.hevc, .av1, .vp9]))),
            (["fourCcList": ["*"]], .enhanced()),
            (["fourCcList": ["xyz1", 5, "Opus"]], .enhanced(codecs: .init([.opus]))),
            (
                ["videoFourCcInfoMap": ["*": 4], "capsEx": 2],
                .enhanced(codecs: .init([.av1, .vp8, .vp9, .avc, .hevc, .vvc]), multitrack: true)
            ),
            (
                ["videoFourCcInfoMap": ["hvc1": 1, "av01": 2], "audioFourCcInfoMap": ["Opus": 7, "hvc1": 7]],
                .enhanced(codecs: .init([.hevc, .opus]))
            ),
            (
                ["fourCcList": ["*"], "capsEx": 14, "videoFunction": 2],
                .enhanced(multitrack: true, nanoseconds: true, videoMetadata: true)
            ),
            (["fourCcList": ["av01"], "videoFunction": 4], .enhanced(codecs: .init([.av1]), videoMetadata: true)),
            (["fourCcList": "hvc1", "capsEx": "3", "videoFourCcInfoMap": 7], .legacy),
            (["capsEx": .number(.nan), "audioFourCcInfoMap": ["*": -4]], .legacy),
        ] as [(AMF0Value, ReceiverCapabilities)])
    func receivers(object: AMF0Value, receiver: ReceiverCapabilities) {
        #expect(RTMPCapabilities(object).receiver == receiver)
    }

    @Test("lists of codecs are read up to a limit")
    func longLists() {
        let many: [AMF0Value] = (0..<1000).map { .string("c\($0)") }
        let capabilities = RTMPCapabilities(
            .object([
                AMFProperty("fourCcList", .strictArray(many)),
                AMFProperty("videoFourCcInfoMap", .object((0..<1000).map { AMFProperty("c\($0)", 7) })),
            ]))
        #expect(capabilities.fourCCs.count == RTMPCapabilities.mostCodecs)
        #expect(capabilities.videoCodecs.count == RTMPCapabilities.mostCodecs)
    }

    @Test("both sides learn what the other announced, by the names of the specification")
    func negotiation() throws {
        let pair = try SessionPair()
        try pair.client(.play(name: "key"))
        guard case .connected(let server) = pair.clientHeard.first else {
            Issue.record("the client was not connected")
            return
        }
        #expect(server == .forwarding)
        let requests = pair.serverHeard.compactMap { event in
            if case .connectRequested(let request) = event { request } else { nil }
        }
        let client = try #require(requests.first)
        #expect(client.capabilities == .forwarding)
        #expect(
            client.capabilities.receiver == .enhanced(multitrack: true, nanoseconds: true, videoMetadata: true))
        let properties: AMF0Value = [
            "fourCcList": ["*"], "videoFourCcInfoMap": ["*": 4], "audioFourCcInfoMap": ["*": 4], "capsEx": 15,
            "videoFunction": 6,
        ]
        #expect(AMF0Value.object(RTMPCapabilities.forwarding.properties) == properties)
    }

    @Test(
        "a reconnect request names the place absolutely or relative to the one of now",
        arguments: [
            (nil, "rtmp://example.org/live"), ("", "rtmp://example.org/live"),
            ("rtmp://foo.mydomain.com:1935/realtimeapp", "rtmp://foo.mydomain.com/realtimeapp"),
            ("rtmp://127.0.0.1/realtimeapp", "rtmp://127.0.0.1/realtimeapp"),
            ("//192.0.2.0/realtimeapp", "rtmp://192.0.2.0/realtimeapp"),
            ("/realtimeapp", "rtmp://example.org/realtimeapp"), ("other", "rtmp://example.org/other"),
            ("rtmps://b.example/a/b/c?token=1", "rtmps://b.example/a/b/c?token=1"),
            ("//[2001:db8::1]:1936/a/", "rtmp://[2001:db8::1]:1936/a"), ("?token=2", "rtmp://example.org/live?token=2"),
            ("rtmp://b.example", "rtmp://b.example/"), ("/a:b", "rtmp://example.org/a:b"),
        ] as [(String?, String)])
    func reconnect(reference: String?, place: String) throws {
        let pair = try SessionPair()
        try pair.client(.play(name: "key"))
        try pair.server(.requestReconnect(tcURL: reference, description: "Maintenance."))
        guard case .reconnectRequested(let url, "Maintenance.") = pair.clientHeard.last else {
            Issue.record("no request to reconnect")
            return
        }
        #expect(url.tcURL == place)
        #expect(url.streamName == "key")
        #expect(!pair.isClientClosed)
    }

    @Test(
        "a place that cannot be is no request, but no secret either",
        arguments: ["http://example.org/live", "rtmp://", "//host:0/live", "rtmp://host:70000/live", "mailto:x"])
    func unusablePlace(reference: String) throws {
        let pair = try SessionPair()
        try pair.client(.play(name: "key"))
        try pair.server(.requestReconnect(tcURL: reference, description: "Maintenance."))
        guard case .status(messageStreamID: 0, let status) = pair.clientHeard.last else {
            Issue.record("not told as a status")
            return
        }
        #expect(status.code == .connectReconnectRequest)
        #expect(status.properties["tcUrl"]?.string == reference)
    }

    @Test("a relative place replaces what stands behind the last slash")
    func nestedApplication() throws {
        let url = try RTMPURL("rtmp://example.org/live/instance/key")
        #expect(try url.resolving("other").tcURL == "rtmp://example.org/live/other")
        #expect(try url.resolving("/other").streamName == "key")
    }
}
