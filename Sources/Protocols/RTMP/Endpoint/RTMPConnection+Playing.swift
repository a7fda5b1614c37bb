import EndpointCore
import MediaModel
import Metrics
import NIOCore
import RTMPSession
import StreamHub

extension RTMPConnection {
    /// Asks whether the client may play, and attaches it to the stream.
    func requestPlay(_ request: PlayRequest) {
        guard let eventLoop = context?.eventLoop else { return }
        let wish = StreamWish(request.address, from: peerAddress)
        let decision = eventLoop.makePromise(of: StreamDecision.self)
        decision.completeWithTask { [authorizer = endpoint.authorizer] in await authorizer.authorizePlay(wish) }
        whenBack(decision.futureResult) { connection, result in
            guard connection.context != nil else { return }
            switch result {
            case .success(.allow(let path)):
                connection.playbacks[request.messageStreamID]?.leave()
                let playback = Playback(connection: connection, request: request, path: path)
                connection.playbacks[request.messageStreamID] = playback
                playback.begin(waitingFor: connection.endpoint.configuration.waitForPublisher(path.application))
            case .success(.deny(let refusal)):
                connection.endpoint.metrics.refusals.increment()
                connection.note(reason: "play refused: \(refusal.description)")
                connection.perform(
                    .rejectPlay(request.id, code: .playStreamNotFound, description: refusal.description))
            case .failure:
                connection.perform(.rejectPlay(request.id, code: .playFailed, description: "try again"))
            }
        }
    }

    func endPlayback(_ messageStreamID: UInt32) {
        guard let playback = playbacks.removeValue(forKey: messageStreamID) else { return }
        note(reason: "the viewer ended the playback")
        playback.leave()
    }

    func withdraw(_ id: RTMPRequestID) {
        for (messageStreamID, playback) in playbacks where playback.requestID == id {
            playback.leave()
            playbacks[messageStreamID] = nil
        }
    }
}
