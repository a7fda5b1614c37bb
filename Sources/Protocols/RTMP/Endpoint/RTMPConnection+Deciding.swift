import EndpointCore
import NIOCore
import RTMPSession

extension RTMPConnection {
    /// Most requests on which is being decided at a time, with those that were withdrawn meanwhile: 32, as no client makes.
    ///
    /// Who withdraws a request and makes the next need not wait, but the operator's back end is asked about each.
    private static let mostDecisions = 32

    /// Asks for a decision on a request, and hands it over unless the connection has too many to wait for.
    func decide(
        on request: RTMPRequestID,
        _ decision: @escaping @Sendable (any StreamAuthorizer) async -> StreamDecision,
        _ body: @escaping (RTMPConnection, Result<StreamDecision, any Error>) -> Void
    ) {
        guard let eventLoop = transport?.eventLoop else { return }
        guard decisionsUnderWay < Self.mostDecisions else {
            return close(because: "more than \(Self.mostDecisions) requests wait for a decision")
        }
        decisionsUnderWay += 1
        pendingRequests.insert(request)
        let promise = eventLoop.makePromise(of: StreamDecision.self)
        promise.complete { [authorizer = endpoint.authorizer] in await decision(authorizer) }
        whenBack(promise.futureResult) { connection, result in
            connection.decisionsUnderWay -= 1
            body(connection, result)
        }
    }

    /// Runs `body` on the connection's event loop, even if the connection is gone by then: what was obtained for it must be
    /// given back.
    func whenBack<Value: Sendable>(
        _ future: EventLoopFuture<Value>, _ body: @escaping (RTMPConnection, Result<Value, any Error>) -> Void
    ) {
        future.assumeIsolated().whenComplete { result in body(self, result) }
    }
}
