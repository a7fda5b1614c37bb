import NIOCore
import NIOPosix
import RTMPSession
import TransportSecurity

/// All players of one kind: they come at a given rate, on as many event loops as they are given.
struct PlayerCrowd: Sendable {
    private let audiences: [NIOLoopBound<Audience>]
    private let eventLoops: [any EventLoop]
    /// Bytes of one read: about what half a second of a usual stream takes.
    private static let readBytes = 64 << 10

    /// For rtmps; the server is the bench's own, whatever it says of itself.
    private static let security = Result { try TLSClient(trust: .anybody) }

    /// Makes an empty crowd.
    static func make(on group: MultiThreadedEventLoopGroup) async throws -> PlayerCrowd {
        let eventLoops = Array(group.makeIterator())
        var audiences: [NIOLoopBound<Audience>] = []
        for eventLoop in eventLoops {
            audiences.append(
                try await eventLoop.submit { NIOLoopBound(Audience(), eventLoop: eventLoop) }.get())
        }
        return PlayerCrowd(audiences: audiences, eventLoops: eventLoops)
    }

    /// Begins the connections, `perSecond` of them in a second, and returns when the last was begun.
    ///
    /// - Parameter address: where each goes, by its number.
    func join(
        _ count: Int, perSecond: Double, habit: ReadingHabit = .prompt, to address: (Int) throws -> PlayAddress
    ) async throws {
        let beginning = ContinuousClock.now
        for number in 0..<count {
            try await Task.sleep(until: beginning + .seconds(Double(number) / perSecond), clock: .continuous)
            begin(number, to: try address(number), habit: habit, on: number % eventLoops.count)
        }
    }

    private func begin(_ number: Int, to address: PlayAddress, habit: ReadingHabit, on place: Int) {
        let bound = audiences[place]
        let eventLoop = eventLoops[place]
        let startedAt = NIODeadline.now()
        eventLoop.execute { bound.value.progress.begun += 1 }
        ClientBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes))
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    switch address {
                    case .rtmp(let url):
                        try pipeline.addHandler(
                            RTMPPlayer(url: url, audience: bound.value, habit: habit, startedAt: startedAt))
                        if url.isSecure { _ = try Self.security.get().secure(channel, to: url.host) }
                    case .httpFLV(let url):
                        try pipeline.addHandler(
                            HTTPFLVPlayer(url: url, audience: bound.value, habit: habit, startedAt: startedAt))
                    case .hls(let url):
                        try pipeline.addHandler(
                            HLSPlayer(
                                url: url, number: number, audience: bound.value, habit: habit, startedAt: startedAt))
                    }
                }
            }
            .connect(host: address.host, port: address.port)
            .whenFailure { error in
                eventLoop.execute { bound.value.fail("\(error)") }
            }
    }

    /// Begins what is measured.
    func openWindow() async throws {
        for (bound, eventLoop) in zip(audiences, eventLoops) {
            try await eventLoop.submit { bound.value.tally = Audience.Tally() }.get()
        }
    }

    /// What was seen since `openWindow`.
    func tally() async throws -> Audience.Tally {
        var sum = Audience.Tally()
        for (bound, eventLoop) in zip(audiences, eventLoops) {
            sum.add(try await eventLoop.submit { bound.value.tally }.get())
        }
        return sum
    }

    /// How far the players came.
    func progress() async throws -> Audience.Progress {
        var sum = Audience.Progress()
        for (bound, eventLoop) in zip(audiences, eventLoops) {
            sum.add(try await eventLoop.submit { bound.value.progress }.get())
        }
        return sum
    }

    /// From here on connections that end are no failures.
    func finish() async throws {
        for (bound, eventLoop) in zip(audiences, eventLoops) {
            try await eventLoop.submit { bound.value.isOver = true }.get()
        }
    }
}
