import EndpointCore
import Logging
import NIOCore
import RTMPEndpoint
import StreamHub

extension RTMPListener {
    /// An endpoint that listens nowhere, and lets nobody publish or play.
    static func admittingNobody(on eventLoops: any EventLoopGroup) -> RTMPListener {
        RTMPListener(
            RTMPListener.Configuration(), registry: StreamRegistry(settings: { _ in StreamSettings() }),
            authorizer: Nobody(), eventLoops: eventLoops,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

private struct Nobody: StreamAuthorizer {
    func authorizePublish(_ wish: StreamWish) async -> StreamDecision { .deny(.undecided) }
    func authorizePlay(_ wish: StreamWish) async -> StreamDecision { .deny(.undecided) }
}
