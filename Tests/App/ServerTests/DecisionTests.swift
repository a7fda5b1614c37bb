import EndpointCore
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import NIOPosix
import RTMPSession
import StreamHub
import TestSupport
import Testing

@testable import RTMPEndpoint

@Suite("RTMP: decisions that come late, or never")
struct DecisionTests {
    /// Holds every decision until the test opens the name.
    private final class HeldAuthorizer: StreamAuthorizer {
        private let held = NIOLockedValueBox<[String: CheckedContinuation<Void, Never>]>([:])

        var names: Set<String> { held.withLockedValue { Set($0.keys) } }

        func open(_ name: String) {
            held.withLockedValue { $0.removeValue(forKey: name) }?.resume()
        }

        func authorizePublish(_ wish: StreamWish) async -> StreamDecision { await decide(wish) }
        func authorizePlay(_ wish: StreamWish) async -> StreamDecision { await decide(wish) }

        private func decide(_ wish: StreamWish) async -> StreamDecision {
            await withCheckedContinuation { continuation in
                held.withLockedValue { $0[wish.name] = continuation }
            }
            guard let path = try? StreamPath(application: wish.application, name: wish.name) else {
                return .deny(.undecided)
            }
            return .allow(path)
        }
    }

    /// An RTMP listener alone, on a free port of the loopback address.
    private struct Stage {
        let registry = StreamRegistry(settings: { _ in StreamSettings() })
        let authorizer = HeldAuthorizer()
        let endpoint: RTMPListener
        let listener: any Channel

        init(limit: TimeAmount = .minutes(1)) async throws {
            var configuration = RTMPListener.Configuration()
            configuration.listen = ListenTarget(host: "127.0.0.1", port: 0)
            configuration.decisionTimeLimit = limit
            // A slow machine is no slow peer.
            configuration.session.handshakeTimeLimit = .minutes(5)
            configuration.session.connectTimeLimit = .minutes(5)
            configuration.session.idleTimeLimit = .minutes(5)
            configuration.session.mediaTimeLimit = .minutes(5)
            endpoint = RTMPListener(
                configuration, registry: registry, authorizer: authorizer,
                eventLoops: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test") { _ in RecordedLog() })
            listener = try await endpoint.listen()
        }

        var address: SocketAddress {
            get throws { try #require(listener.localAddress) }
        }

        func url(_ path: String) throws -> RTMPURL {
            try RTMPURL("rtmp://127.0.0.1:\(try address.port ?? 0)/\(path)")
        }

        func connect(_ path: String) async throws -> RTMPClient {
            try await RTMPClient.connect(
                RTMPClientSession.Configuration(url: try url(path)), eventLoops: MultiThreadedEventLoopGroup.singleton)
        }

        /// Publishes, and returns when the server has accepted it.
        func publish(_ name: String) async throws -> (RTMPClient, UInt32) {
            let client = try await connect("live/\(name)")
            client.perform(.publish(name: name))
            try await eventually("the server asks about \(name)") { authorizer.names.contains(name) }
            authorizer.open(name)
            for await event in client.events {
                if case .publishStarted(let messageStreamID) = event { return (client, messageStreamID) }
            }
            throw CancellationError()
        }

        func stop() async throws {
            for name in authorizer.names { authorizer.open(name) }
            try await listener.close()
            await endpoint.closeConnections(within: .zero)
        }
    }

    @Test("a decision that never comes is a refusal when the time is over")
    func never() async throws {
        let stage = try await Stage(limit: .milliseconds(50))
        let client = try await stage.connect("live/show")
        client.perform(.publish(name: "show"))
        var refusal: RTMPStatusCode?
        for await event in client.events {
            if case .failed(let code, _) = event { refusal = code }
        }
        #expect(refusal == .publishDenied)
        try await stage.stop()
    }

    @Test("who goes on asking before anything is decided is let go", .timeLimit(.minutes(15)))
    func manyRequests() async throws {
        let stage = try await Stage()
        let raw = try await RawConnection.open(to: try stage.address)
        let requests = (0..<40).map { RawConnection.play("show\($0)") }
        _ = try await raw.exchange(
            [RawConnection.handshake, RawConnection.connect, RawConnection.createStream] + requests)
        #expect(stage.authorizer.names.count == 32)
        try await stage.stop()
    }

    @Test("a publish that was given up before the decision takes no name")
    func withdrawnPublish() async throws {
        let stage = try await Stage()
        let raw = try await RawConnection.open(to: try stage.address)
        try await raw.conversation([RawConnection.handshake, RawConnection.connect, RawConnection.publishKey]) {
            _, send in
            try await eventually("the server asks") { stage.authorizer.names.contains("key") }
            try await send(RawConnection.deleteStream)
            // By the time that another's publish has been accepted, the server has read what was sent before.
            let (other, _) = try await stage.publish("other")
            stage.authorizer.open("key")
            let (another, _) = try await stage.publish("another")
            #expect(!stage.registry.isLive(try StreamPath("live/key")))
            let (second, _) = try await stage.publish("key")
            for client in [other, another, second] { await client.close() }
        }
        try await stage.stop()
    }

    @Test("of two plays on one message stream the last one counts, whichever is decided first")
    func replacedPlay() async throws {
        let stage = try await Stage()
        let (publisher, messageStreamID) = try await stage.publish("second")
        let raw = try await RawConnection.open(to: try stage.address)
        let plays = ["first", "second"].map(RawConnection.play)
        try await raw.conversation(
            [RawConnection.handshake, RawConnection.connect, RawConnection.createStream] + plays
        ) {
            received, _ in
            try await eventually("the server asks about both") { stage.authorizer.names == ["first", "second"] }
            stage.authorizer.open("second")
            try await eventually("the play begins") {
                received.withLockedValue { String(buffer: $0).contains("NetStream.Play.Start") }
            }
            stage.authorizer.open("first")
            let (other, _) = try await stage.publish("other")
            try await publisher.send([
                RTMPMedia(
                    kind: .video, timestamp: 0, messageStreamID: messageStreamID,
                    payload: SyntheticPublisher.videoHeader),
                RTMPMedia(
                    kind: .video, timestamp: 0, messageStreamID: messageStreamID,
                    payload: ByteBuffer(hex: "1701000000 00000010 6588843a26280c9c9c9d75d75d75d75e")),
            ])
            let mark = ByteBuffer(hex: "6588843a26280c9c")
            try await eventually("the frame of the second stream arrives") {
                received.withLockedValue { $0.readableBytesView.firstRange(of: mark.readableBytesView) != nil }
            }
            await other.close()
        }
        await publisher.close()
        try await stage.stop()
    }

    @Test("a connection that is gone is freed")
    func freed() throws {
        let loop = EmbeddedEventLoop()
        let endpoint = RTMPListener(
            RTMPListener.Configuration(), registry: StreamRegistry(settings: { _ in StreamSettings() }),
            authorizer: HeldAuthorizer(), eventLoops: loop, logger: Logger(label: "test") { _ in RecordedLog() })
        weak var connection: RTMPConnection?
        do {
            let handler = RTMPSocket(endpoint: endpoint, arrival: nil, eventLoop: loop)
            connection = handler.connection
            let channel = EmbeddedChannel(handler: handler, loop: loop)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            try channel.writeInbound(RawConnection.handshake)
            _ = try channel.finish()
        }
        loop.run()
        #expect(connection == nil)
    }
}
