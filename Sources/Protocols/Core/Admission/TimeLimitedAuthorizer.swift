public import NIOCore

/// Asks another authorizer, and answers for it when it takes too long: nobody waits for ever, and nothing is kept for
/// somebody who has left long ago.
public struct TimeLimitedAuthorizer: StreamAuthorizer {
    private let authorizer: any StreamAuthorizer
    private let limit: TimeAmount
    private let eventLoops: EventLoopTurns

    /// Makes an authorizer that decides within `limit`.
    public init(_ authorizer: any StreamAuthorizer, limit: TimeAmount, eventLoops: any EventLoopGroup) {
        self.authorizer = authorizer
        self.limit = limit
        self.eventLoops = EventLoopTurns(eventLoops)
    }

    /// The other's decision, or `.deny(.undecided)`.
    public func authorizePublish(_ wish: StreamWish) async -> StreamDecision {
        await eventLoops.within(limit, orElse: .deny(.undecided)) { [authorizer] in
            await authorizer.authorizePublish(wish)
        }
    }

    /// The other's decision, or `.deny(.undecided)`.
    public func authorizePlay(_ wish: StreamWish) async -> StreamDecision {
        await eventLoops.within(limit, orElse: .deny(.undecided)) { [authorizer] in
            await authorizer.authorizePlay(wish)
        }
    }

    /// The other's word.
    public func looksAtCredentials(toPlayIn application: String) -> Bool {
        authorizer.looksAtCredentials(toPlayIn: application)
    }

    /// The other's word.
    public func decidesOnConnecting(to application: String) -> Bool {
        authorizer.decidesOnConnecting(to: application)
    }

    /// The other's decision, or `.deny(.undecided)`.
    public func authorizeConnect(_ wish: ConnectWish) async -> ConnectDecision {
        await eventLoops.within(limit, orElse: .deny(.undecided)) { [authorizer] in
            await authorizer.authorizeConnect(wish)
        }
    }
}
