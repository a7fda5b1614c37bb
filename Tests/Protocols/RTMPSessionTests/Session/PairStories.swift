import AMF
import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("A client session and a server session")
struct PairStories {
    @Test(
        "a stream is published, its media arrive, and it ends",
        arguments: [HandshakeForm.simple, .earlyDigest, .lateDigest])
    func publish(handshake: HandshakeForm) throws {
        let pair = try SessionPair("rtmp://example.org/live/key?token=x", handshake: handshake)
        try pair.client(.publish(name: "key?token=x"))
        #expect(pair.clientHeard == [.connected(.forwarding), .publishStarted(messageStreamID: 1)])
        guard case .publishRequested(let request) = pair.serverHeard.last else {
            Issue.record("no request to publish")
            return
        }
        #expect(request.address.path == "live/key")
        #expect(request.query["token"] == "x")
        #expect(request.address.host == "example.org")
        var metadata = ByteBuffer()
        metadata.writeAMF0(["onMetaData", ["width": 64]] as [AMF0Value])
        let media = [
            RTMPMedia(kind: .data, timestamp: 0, messageStreamID: 1, payload: metadata),
            RTMPMedia(kind: .audio, timestamp: 5, messageStreamID: 1, payload: ByteBuffer(hex: "af001210")),
            RTMPMedia(
                kind: .video, timestamp: 0xFFFF_FFF0, messageStreamID: 1,
                payload: ByteBuffer(repeating: 0x17, count: 200_000)),
        ]
        for message in media { try pair.client(.send(message)) }
        #expect(pair.serverMedia == media)
        _ = pair.takeClientHeard()
        _ = pair.takeServerHeard()
        try pair.client(.close)
        #expect(pair.serverHeard == [.publishEnded(messageStreamID: 1)])
        #expect(pair.clientHeard == [.ended(messageStreamID: 1)])
        #expect(pair.isClientClosed)
    }

    @Test("a body in two parts is sent as one")
    func twoParts() throws {
        let pair = try SessionPair()
        try pair.client(.publish(name: "key"))
        pair.sendFromClient(.video, prefix: ByteBuffer(hex: "1701000000"), payload: ByteBuffer(hex: "aabb"))
        try pair.run()
        #expect(pair.serverMedia.map(\.payload.hex) == ["1701000000aabb"])
    }

    @Test("a stream is played, its media arrive, and it ends when the publisher does")
    func play() throws {
        let pair = try SessionPair()
        try pair.client(.play(name: "key", start: .live))
        #expect(pair.clientHeard.contains(.playStarted(messageStreamID: 1)))
        let media = RTMPMedia(
            kind: .video, timestamp: 40, messageStreamID: 1, payload: ByteBuffer(repeating: 0x27, count: 100_000))
        try pair.serverWrites(media)
        try pair.server(.ping(timestamp: 9))
        try pair.serverWrites(media)
        #expect(pair.clientMedia == [media, media])
        #expect(pair.serverHeard.contains(.pongReceived(timestamp: 9)))
        _ = pair.takeClientHeard()
        try pair.server(.notifyUnpublish(messageStreamID: 1))
        #expect(pair.clientHeard == [.ended(messageStreamID: 1)])
    }

    @Test("a client pauses and goes on")
    func pause() throws {
        let pair = try SessionPair()
        try pair.client(.play(name: "key"))
        _ = pair.takeServerHeard()
        try pair.client(.pause(messageStreamID: 1, true))
        try pair.client(.pause(messageStreamID: 1, false))
        #expect(pair.serverHeard == [.paused(messageStreamID: 1, true), .paused(messageStreamID: 1, false)])
    }

    @Test("a refused connect, publish or play fails with the server's reason", arguments: 0..<3)
    func refused(step: Int) throws {
        let pair = try SessionPair { event in
            switch event {
            case .connectRequested(let request):
                step == 0
                    ? [.rejectConnect(request.id, code: .connectInvalidApplication, description: "No.")]
                    : [.acceptConnect(request.id)]
            case .publishRequested(let request):
                [.rejectPublish(request.id, code: .publishDenied, description: "No.")]
            case .playRequested(let request):
                [.rejectPlay(request.id, code: .playStreamNotFound, description: "No.")]
            default: []
            }
        }
        try pair.client(step == 2 ? .play(name: "key") : .publish(name: "key"))
        let code: RTMPStatusCode = [.connectInvalidApplication, .publishDenied, .playStreamNotFound][step]
        #expect(pair.clientHeard.last == .failed(code: code, description: "No."))
        #expect(pair.isClientClosed)
        #expect(pair.isServerClosed)
    }

    @Test("a publisher that is put out hears why")
    func putOut() throws {
        let pair = try SessionPair()
        try pair.client(.publish(name: "key"))
        try pair.server(.endPublish(messageStreamID: 1, code: .publishRejected, description: "Out."))
        #expect(pair.clientHeard.last == .failed(code: .publishRejected, description: "Out."))
    }

    @Test("one connection publishes and plays at a time")
    func both() throws {
        let pair = try SessionPair()
        try pair.client(.publish(name: "a"))
        try pair.client(.play(name: "b"))
        #expect(pair.clientHeard.suffix(2) == [.publishStarted(messageStreamID: 1), .playStarted(messageStreamID: 2)])
        try pair.client(.deleteStream(messageStreamID: 1))
        #expect(pair.serverHeard.last == .publishEnded(messageStreamID: 1))
        try pair.server(.requestReconnect(tcURL: "rtmp://b/live", description: ""))
        #expect(
            pair.clientHeard.last == .reconnectRequested(try RTMPURL("rtmp://b/live/key"), description: ""))
    }

    @Test("media that nobody asked for are not sent")
    func notPublishing() throws {
        let pair = try SessionPair()
        try pair.client(
            .send(RTMPMedia(kind: .audio, timestamp: 0, messageStreamID: 1, payload: ByteBuffer(hex: "af01"))))
        #expect(pair.serverMedia.isEmpty)
        #expect(pair.serverHeard.count == 1)
    }

    @Test("a server that does not answer is given up")
    func silence() throws {
        let waiting = try SessionPair { _ in [] }
        try waiting.run()
        #expect(throws: RTMPFault.connectTimedOut) { try waiting.wait(.seconds(10)) }
        let undecided = try SessionPair { event in
            guard case .connectRequested(let request) = event else { return [] }
            return [.acceptConnect(request.id)]
        }
        try undecided.client(.publish(name: "key"))
        #expect(throws: RTMPFault.requestTimedOut) { try undecided.wait(.seconds(10)) }
    }
}
