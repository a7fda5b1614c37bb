import EndpointCore
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RTMPSession
import StreamHub
import TestSupport
import Testing

@testable import RTMPEndpoint

@Suite("RTMP through HTTP: long requests of short messages")
struct TunnelPortionTests {
    private struct Everybody: StreamAuthorizer {
        func authorizePublish(_ wish: StreamWish) async -> StreamDecision {
            guard let path = try? StreamPath(application: wish.application, name: wish.name) else {
                return .deny(.undecided)
            }
            return .allow(path)
        }

        func authorizePlay(_ wish: StreamWish) async -> StreamDecision { .deny(.undecided) }
    }

    /// Counts how many elements a stream gets at once.
    private struct Counter: StreamObserver {
        let counts = NIOLockedValueBox<[Int]>([])

        func streamStarted(_ stream: LiveStream) -> (any FrameSink)? { Sink(counts) }

        private final class Sink: FrameSink {
            private let counts: NIOLockedValueBox<[Int]>

            init(_ counts: NIOLockedValueBox<[Int]>) {
                self.counts = counts
            }

            func receive(_ elements: [StreamElement]) {
                counts.withLockedValue { $0.append(elements.count) }
            }

            func streamEnded(_ ending: StreamEnding) {}
        }
    }

    @Test("are taken as if they came from a socket, some at a time")
    func portions() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let counter = Counter()
        let registry = StreamRegistry(settings: { _ in StreamSettings() }, observers: [counter])
        let endpoint = RTMPListener(
            RTMPListener.Configuration(), registry: registry, authorizer: Everybody(), eventLoops: loop,
            logger: Logger(label: "test") { _ in RecordedLog() })
        let transport = try await loop.submit {
            let transport = TunnelTransport(
                RTMPConnection(endpoint: endpoint, carrier: .tunnel), configuration: .init(), eventLoop: loop
            ) {}
            transport.open(for: "192.0.2.1", isFromThisMachine: false)
            return NIOLoopBound(transport, eventLoop: loop)
        }.get()
        var random = SystemRandomNumberGenerator()
        let name = RTMPTunnelID(using: &random).text
        func send(_ number: Int, _ pieces: ByteBuffer...) async throws {
            var body = ByteBuffer()
            for piece in pieces { body.writeImmutableBuffer(piece) }
            guard case .call(let call) = RTMPTunnelRequest(path: "/send/\(name)/\(number)") else {
                throw ChannelError.operationUnsupported
            }
            let whole = body
            _ = try await loop.flatSubmit { transport.value.answerInTime(call, body: whole) }.get()
        }

        try await send(0, RawConnection.handshake, RawConnection.connect, RawConnection.publishKey)
        try await eventually("the tunnel publishes") { try await loop.submit { transport.value.isPublishing }.get() }
        // A configuration of AAC, a frame, and frames that repeat its header.
        let first = ByteBuffer(
            hex: "04 000000 000004 08 01000000 af001210 04 000000 000008 08 01000000 af01211004608c1c")
        let another = ByteBuffer(hex: "c4 af01211004608c1c")
        var flood = ByteBuffer()
        for _ in 0..<30_000 { flood.writeImmutableBuffer(another) }
        try await send(1, first, flood)
        let counts = counter.counts.withLockedValue { $0 }
        #expect(counts.reduce(0, +) >= 30_000)
        #expect(counts.allSatisfy { $0 <= (64 << 10) / 9 + 10 })
        try await loop.submit { transport.value.close() }.get()
    }
}
