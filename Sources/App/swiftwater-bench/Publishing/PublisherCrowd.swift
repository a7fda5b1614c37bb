import NIOCore
import NIOPosix
import RTMPSession

/// All publishers, on an event loop of their own, so that players don't make them late.
struct PublisherCrowd: Sendable {
    private let newsroom: NIOLoopBound<Newsroom>
    private let eventLoop: any EventLoop

    static func make(on group: MultiThreadedEventLoopGroup) async throws -> PublisherCrowd {
        let eventLoop = group.next()
        let newsroom = try await eventLoop.submit { NIOLoopBound(Newsroom(), eventLoop: eventLoop) }.get()
        return PublisherCrowd(newsroom: newsroom, eventLoop: eventLoop)
    }

    /// Begins one publisher.
    func begin(_ number: Int, to url: RTMPURL, rhythm: EncoderRhythm) async throws {
        let newsroom = newsroom
        _ = try await ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Publisher(number: number, url: url, rhythm: rhythm, newsroom: newsroom.value))
                }
            }
            .connect(host: url.host, port: url.port).get()
    }

    /// How many were accepted, and why others were not.
    func progress() async throws -> (live: Int, failures: [String: Int]) {
        let newsroom = newsroom
        return try await eventLoop.submit { (newsroom.value.live, newsroom.value.failures) }.get()
    }

    /// Begins what is measured.
    func openWindow() async throws {
        let newsroom = newsroom
        try await eventLoop.submit { newsroom.value.tally = Newsroom.Tally() }.get()
    }

    /// What was sent since `openWindow`.
    func tally() async throws -> Newsroom.Tally {
        let newsroom = newsroom
        return try await eventLoop.submit { newsroom.value.tally }.get()
    }

    /// From here on connections that end are no failures.
    func finish() async throws {
        let newsroom = newsroom
        try await eventLoop.submit { newsroom.value.isOver = true }.get()
    }
}
