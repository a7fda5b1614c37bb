import EndpointCore
import Metrics
import NIOCore
import RTMPSession

extension RTMPConnection {
    /// Lets the client connect, after asking about it where its application wants that.
    func requestConnect(_ request: ConnectRequest) {
        // An application with an instance, `live/instance`, is that application.
        let application = String(request.application.prefix { $0 != "/" })
        guard let eventLoop = transport?.eventLoop, endpoint.authorizer.decidesOnConnecting(to: application) else {
            tellConnected(to: application)
            return perform(.acceptConnect(request.id))
        }
        let wish = ConnectWish(
            application: request.application, query: request.query.items.map { (name: $0.name, value: $0.value) },
            client: request.flashVersion, peerAddress: peerAddress, isFromThisMachine: isFromThisMachine)
        let decision = eventLoop.makePromise(of: ConnectDecision.self)
        decision.complete { [authorizer = endpoint.authorizer] in await authorizer.authorizeConnect(wish) }
        whenBack(decision.futureResult) { connection, result in
            switch result {
            case .success(.allow(let login)):
                connection.login = login
                connection.tellConnected(to: application)
                connection.perform(.acceptConnect(request.id))
            case .success(.challenge(let words)):
                connection.note(reason: "asked to authenticate")
                connection.perform(.rejectConnect(request.id, code: .connectRejected, description: words))
            case .success(.deny(let refusal)):
                connection.refuseConnect(request, refusal)
            case .failure:
                connection.refuseConnect(request, .undecided)
            }
        }
    }

    private func refuseConnect(_ request: ConnectRequest, _ refusal: StreamRefusal) {
        metrics.refusals.increment()
        note(reason: "connect refused: \(refusal.description)")
        perform(.rejectConnect(request.id, code: .connectRejected, description: refusal.description))
    }
}
