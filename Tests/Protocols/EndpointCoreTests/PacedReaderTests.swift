import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import EndpointCore

@Suite("Reading at a pace", .timeLimit(.minutes(15)))
struct PacedReaderTests {
    /// A connection that is read at a pace, and a peer that sends to it.
    private final class Reading: ChannelInboundHandler, PacedSource {
        typealias InboundIn = ByteBuffer

        let count = NIOLockedValueBox(0)
        private let rounds: ReadingRounds
        private(set) var reader: PacedReader?
        /// How long what comes has waited, as it was told.
        private(set) var delay = TimeAmount.zero

        init(_ rounds: ReadingRounds) {
            self.rounds = rounds
        }

        func channelActive(context: ChannelHandlerContext) {
            reader = PacedReader(self, on: context.channel, rounds: rounds)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data).readableBytes
            reader?.noteRead(bytes)
            count.withLockedValue { $0 += bytes }
        }

        func receive(_ bytes: ByteBuffer, at now: NIODeadline) {
            count.withLockedValue { $0 += bytes.readableBytes }
        }

        func isRead(every pace: TimeAmount) {
            delay = pace
        }

        func channelInactive(context: ChannelHandlerContext) {
            reader?.stop()
            reader = nil
        }
    }

    /// Runs `body` with a peer, with the reading, whose event loop is `eventLoop`, and with how many bytes came so far.
    private static func with(
        _ body: (any Channel, NIOLoopBound<Reading>, any EventLoop, NIOLockedValueBox<Int>) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { group.shutdownGracefully { _ in } }
        let eventLoop = group.next()
        let rounds = ReadingRounds(eventLoops: group)
        let (reading, count) = try await eventLoop.submit {
            let reading = Reading(rounds)
            return (NIOLoopBound(reading, eventLoop: eventLoop), reading.count)
        }.get()
        let listener = try await ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(reading.value)
            }
        }.bind(host: "127.0.0.1", port: 0).get()
        let peer = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: try #require(listener.localAddress)).get()
        try await eventually("the connection is there") {
            try await eventLoop.submit { reading.value.reader != nil }.get()
        }
        try await body(peer, reading, eventLoop, count)
        try await peer.close().get()
        try await listener.close().get()
        try await eventually("the connection is gone") {
            try await eventLoop.submit { reading.value.reader == nil }.get()
        }
    }

    /// Sends half a megabyte at a time, as fast as it is read, and tells when that is over.
    ///
    /// On the event loop: a task that did it would stand in line with those of all other tests, and bring too little.
    private static func pour(
        on peer: any Channel, until isOver: NIOLockedValueBox<Bool>, dry: EventLoopPromise<Void>
    ) {
        guard !isOver.withLockedValue({ $0 }) else { return dry.succeed(()) }
        peer.writeAndFlush(ByteBuffer(repeating: 0, count: 1 << 19)).whenComplete { result in
            switch result {
            case .success: pour(on: peer, until: isOver, dry: dry)
            case .failure(let error): dry.fail(error)
            }
        }
    }

    @Test("who goes on bringing more than a round takes is read in a faster one")
    func hastening() async throws {
        try await Self.with { peer, reading, eventLoop, count in
            try await eventLoop.submit { reading.value.reader?.setMode(.every(.milliseconds(45))) }.get()
            let pace = { try await eventLoop.submit { reading.value.reader?.round?.pace }.get() }
            #expect(try await pace() == .milliseconds(45))
            #expect(try await eventLoop.submit { reading.value.delay }.get() == .milliseconds(45))
            let isOver = NIOLockedValueBox(false)
            defer { isOver.withLockedValue { $0 = true } }
            let dry = peer.eventLoop.makePromise(of: Void.self)
            Self.pour(on: peer, until: isOver, dry: dry)
            try await eventually("it is read four times as often") { try await pace() == .microseconds(11_250) }
            isOver.withLockedValue { $0 = true }
            try await dry.futureResult.get()
            try await eventually("it has calmed down, and the source knows") {
                try await eventLoop.submit { reading.value.delay }.get() == .microseconds(11_250)
            }
            // By another word it starts anew.
            try await eventLoop.submit {
                reading.value.reader?.setMode(.atOnce)
                reading.value.reader?.setMode(.every(.milliseconds(45)))
            }.get()
            #expect(try await pace() == .milliseconds(45))
        }
    }

    @Test(
        "who is held is not read, whatever comes, until it is read again",
        arguments: [ReadingMode.atOnce, .every(.milliseconds(5))])
    func holding(mode: ReadingMode) async throws {
        try await Self.with { peer, reading, eventLoop, count in
            try await eventLoop.submit { reading.value.reader?.setMode(mode) }.get()
            try await peer.writeAndFlush(ByteBuffer(repeating: 0, count: 100)).get()
            try await eventually("what came before is read") { count.withLockedValue { $0 } == 100 }
            try await eventLoop.submit { reading.value.reader?.setMode(.held) }.get()
            try await peer.writeAndFlush(ByteBuffer(repeating: 0, count: 100)).get()
            // Whatever else would have read it has had its turn when a later timer fires.
            try await eventLoop.scheduleTask(in: .milliseconds(20)) {}.futureResult.get()
            #expect(count.withLockedValue { $0 } == 100)
            try await eventLoop.submit { reading.value.reader?.setMode(mode) }.get()
            try await eventually("the rest is read") { count.withLockedValue { $0 } == 200 }
        }
    }
}
