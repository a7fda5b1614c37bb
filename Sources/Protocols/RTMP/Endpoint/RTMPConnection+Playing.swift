import EndpointCore
import MediaModel
import Metrics
import NIOCore
import RTMPSession
import StreamHub

extension RTMPConnection {
    /// Asks whether the client may play, and attaches it to the stream.
    func requestPlay(_ request: PlayRequest) {
        guard hasVerifiedSWF || !demandsVerification else {
            return refuseUnverified(request)
        }
        let wish = StreamWish(
            request.address, from: peerAddress, isFromThisMachine: isFromThisMachine, client: client)
        decide(on: request.id) {
            await $0.authorizePlay(wish)
        } _: { connection, result in
            guard connection.pendingRequests.remove(request.id) != nil else { return }
            switch result {
            case .success(.allow(let path)): connection.beginPlayback(request, path)
            case .success(.deny(let refusal)): connection.refusePlay(request, refusal)
            case .failure: connection.refusePlay(request, .undecided)
            }
        }
    }

    private func beginPlayback(_ request: PlayRequest, _ path: StreamPath) {
        playbacks[request.messageStreamID]?.leave()
        let playback = Playback(connection: self, request: request, path: path)
        playbacks[request.messageStreamID] = playback
        playback.begin(waitingFor: endpoint.configuration.waitForPublisher(path.application))
    }

    private func refusePlay(_ request: PlayRequest, _ refusal: StreamRefusal) {
        metrics.refusals.increment()
        note(reason: "play refused: \(refusal.description)")
        let code: RTMPStatusCode =
            switch refusal {
            case .illegalName, .keyAsName: .playStreamNotFound
            case .keyRequired, .keyRefused, .keyExpired, .tokenRequired, .tokenRefused, .tokenExpired,
                .addressRefused, .declined:
                .playUnauthorized
            case .tooManyAttempts, .unavailable, .undecided: .playFailed
            }
        perform(.rejectPlay(request.id, code: code, description: refusal.description))
    }

    private func refuseUnverified(_ request: PlayRequest) {
        metrics.refusals.increment()
        note(reason: "play refused: the player did not prove to be a known SWF file")
        perform(.rejectPlay(request.id, code: .playFailed, description: "Only a known SWF file may play."))
    }

    /// Closes the connection when all that it played has ended, unless it publishes too.
    func closeAfterPlaybacks() {
        guard publications.isEmpty, pendingRequests.isEmpty, playbacks.values.allSatisfy(\.hasEnded) else { return }
        close(because: "the stream ended")
    }

    func endPlayback(_ messageStreamID: UInt32) {
        guard let playback = playbacks.removeValue(forKey: messageStreamID) else { return }
        note(reason: "the viewer ended the playback")
        playback.leave()
    }

    /// Forgets a request: what is decided on it has no effect any more.
    func withdraw(_ id: RTMPRequestID) {
        pendingRequests.remove(id)
        for (messageStreamID, playback) in playbacks where playback.requestID == id {
            playback.leave()
            playbacks[messageStreamID] = nil
        }
    }
}
