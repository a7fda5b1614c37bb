public import Logging
public import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells that connections cannot be accepted, and why.
///
/// It has its place in a listening channel's pipeline, before what NIO puts there, which tries again a second later:
/// meanwhile new connections wait in the system's queue, and those that are open go on.
public final class AcceptFaultLog: ChannelInboundHandler {
    /// What the handlers behind it take.
    public typealias InboundIn = any Channel

    /// From one line to the next: 10 s, in which an operator who watches has seen the first.
    private static let pause = TimeAmount.seconds(10)

    private let logger: Logger
    private var nextLineAt: NIODeadline?

    /// Makes the handler of the listener for a protocol, such as `rtmp`.
    public init(protocol name: String, logger: Logger) {
        var logger = logger
        logger[metadataKey: "protocol"] = "\(name)"
        self.logger = logger
    }

    /// Writes the line, and lets others know.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let now = context.eventLoop.now
        if nextLineAt.map({ now >= $0 }) ?? true {
            nextLineAt = now + Self.pause
            logger.warning("connections wait to be accepted", metadata: ["reason": "\(Self.reason(of: error))"])
        }
        context.fireErrorCaught(error)
    }

    private static func reason(of error: any Error) -> String {
        switch (error as? IOError)?.errnoCode {
        case EMFILE: "the process has no descriptor left; raise its limit of open files"
        case ENFILE: "the system has no descriptor left"
        case ENOBUFS, ENOMEM: "the system has no memory for it"
        default: "\(error)"
        }
    }
}
