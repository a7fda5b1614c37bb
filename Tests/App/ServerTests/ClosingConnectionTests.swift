import EndpointCore
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import StreamHub
import TestSupport
import Testing

@testable import RTMPEndpoint

@Suite("RTMP: connections whose peer takes its time to close")
struct ClosingConnectionTests {
    /// Holds every decision until the test lets them go, and allows everything.
    private final class HeldAuthorizer: StreamAuthorizer {
        private let held = NIOLockedValueBox<[CheckedContinuation<Void, Never>]>([])

        var isAsked: Bool { held.withLockedValue { !$0.isEmpty } }

        func decide() {
            let all = held.withLockedValue { held in
                defer { held = [] }
                return held
            }
            for continuation in all { continuation.resume() }
        }

        func authorizePublish(_ wish: StreamWish) async -> StreamDecision { await allow(wish) }
        func authorizePlay(_ wish: StreamWish) async -> StreamDecision { await allow(wish) }

        private func allow(_ wish: StreamWish) async -> StreamDecision {
            await withCheckedContinuation { continuation in
                held.withLockedValue { $0.append(continuation) }
            }
            guard let path = try? StreamPath(application: wish.application, name: wish.name) else {
                return .deny(.undecided)
            }
            return .allow(path)
        }
    }

    /// Sends everything, and is never closed by its peer.
    private final class PatientTransport: RTMPTransport {
        let eventLoop: any EventLoop

        init(_ eventLoop: any EventLoop) {
            self.eventLoop = eventLoop
        }

        var bytesWritten: Int { 0 }
        var directPath: DirectPath? { nil }
        func write(_ bytes: ByteBuffer) -> Bool { true }
        func countSent(_ bytes: Int) {}
        func closeWhenDrained() {}
        func close() {}
        func readAsPublisher() {}
        func setReading(_ mode: ReadingMode) {}
    }

    /// One connection, without a socket.
    private struct Stage {
        let registry = StreamRegistry(settings: { _ in StreamSettings() })
        let authorizer = HeldAuthorizer()
        let sessions = SessionDirectory()
        let loop: any EventLoop
        let connection: NIOLoopBound<RTMPConnection>

        init() async throws {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            var configuration = RTMPListener.Configuration()
            configuration.decisionTimeLimit = .minutes(10)
            configuration.sessions = sessions
            let endpoint = RTMPListener(
                configuration, registry: registry, authorizer: authorizer, eventLoops: loop,
                logger: Logger(label: "test") { _ in RecordedLog() })
            self.loop = loop
            connection = try await loop.submit {
                let connection = RTMPConnection(endpoint: endpoint)
                connection.open(
                    on: PatientTransport(loop), peerAddress: "192.0.2.1", remoteAddress: nil, isFromThisMachine: false)
                return NIOLoopBound(connection, eventLoop: loop)
            }.get()
        }

        func receive(_ pieces: ByteBuffer...) async throws {
            try await ask { connection in
                for piece in pieces { connection.receive(piece, at: .now()) }
            }
        }

        func ask<Answer: Sendable>(_ body: @escaping @Sendable (RTMPConnection) -> Answer) async throws -> Answer {
            try await loop.submit { [connection] in body(connection.value) }.get()
        }
    }

    /// Set Chunk Size with 0.
    private static let fault = ByteBuffer(hex: "02 000000 000004 01 00000000 00000000")

    @Test("what is decided on after a fault has no effect: no name is taken")
    func decidedTooLate() async throws {
        let stage = try await Stage()
        try await stage.receive(RawConnection.handshake, RawConnection.connect, RawConnection.publishKey)
        try await eventually("the server asks") { stage.authorizer.isAsked }
        try await stage.receive(Self.fault)
        #expect(try await stage.ask { $0.pendingRequests.isEmpty })
        stage.authorizer.decide()
        try await eventually("the decision is there") { try await stage.ask { $0.decisionsUnderWay == 0 } }
        #expect(stage.registry.count == 0)
        try await stage.ask { $0.closed() }
    }

    @Test("after a fault nothing is published or played any more", arguments: [true, false])
    func endsAtOnce(publishes: Bool) async throws {
        let stage = try await Stage()
        try await stage.receive(RawConnection.handshake, RawConnection.connect)
        if publishes {
            try await stage.receive(RawConnection.publishKey)
        } else {
            try await stage.receive(RawConnection.createStream, RawConnection.play("key"))
        }
        try await eventually("the server asks") { stage.authorizer.isAsked }
        stage.authorizer.decide()
        try await eventually("it begins") { stage.sessions.count == 1 }
        try await stage.receive(Self.fault)
        #expect(stage.sessions.count == 0)
        #expect(try await stage.ask { $0.publications.isEmpty && $0.playbacks.isEmpty })
        try await stage.ask { $0.closed() }
    }

    @Test("who is gone by the time that it may connect has not connected, for nobody would tell that it left")
    func connectedTooLate() async throws {
        let stage = try await Stage()
        let told = NIOLockedValueBox<[String]>([])
        stage.sessions.addListener { event in
            switch event {
            case .connected: told.withLockedValue { $0.append("connected") }
            case .disconnected: told.withLockedValue { $0.append("disconnected") }
            case .opened, .closed: break
            }
        }
        try await stage.receive(RawConnection.handshake, RawConnection.connect)
        try await stage.ask { connection in
            connection.closed()
            connection.tellConnected(to: "live")
        }
        #expect(told.withLockedValue { $0 } == ["connected", "disconnected"])
    }
}
