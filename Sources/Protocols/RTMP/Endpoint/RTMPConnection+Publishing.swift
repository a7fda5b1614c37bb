import EndpointCore
import FLV
import MediaModel
import Metrics
import NIOCore
import RTMPSession
import StreamHub

extension RTMPConnection {
    /// Asks whether the client may publish, and for the name; then answers.
    func requestPublish(_ request: PublishRequest) {
        let wish = StreamWish(
            request.address, from: peerAddress, isFromThisMachine: isFromThisMachine, login: login, client: client)
        decide(on: request.id) {
            await $0.authorizePublish(wish)
        } _: { connection, result in
            guard connection.pendingRequests.contains(request.id) else { return }
            switch result {
            case .success(.allow(let path)): connection.beginPublication(request, path)
            case .success(.deny(let refusal)): connection.refusePublish(request, refusal)
            case .failure: connection.refusePublish(request, .undecided)
            }
        }
    }

    private func beginPublication(_ request: PublishRequest, _ path: StreamPath) {
        guard let eventLoop = transport?.eventLoop else { return }
        let connection = NIOLoopBound(self, eventLoop: eventLoop)
        let port = endpoint.registry.publish(path, on: eventLoop) {
            eventLoop.execute { connection.value.paceReading() }
        } onDisplaced: { displacement in
            eventLoop.execute { connection.value.displaced(request, displacement) }
        }
        whenBack(port) { connection, result in
            // The client may have left, or changed its mind, while the name was asked for.
            let isWanted = connection.pendingRequests.remove(request.id) != nil
            switch result {
            case .success(let port):
                guard isWanted else { return port.end(connection.transport == nil ? .lost : .unpublished) }
                connection.publications[request.messageStreamID] = Publication(
                    request, port: port, connection: connection)
                connection.transport?.readAsPublisher()
                connection.paceReading()
                connection.logOpening("publisher", "\(path)")
                connection.perform(.acceptPublish(request.id))
            case .failure:
                guard isWanted else { return }
                connection.metrics.refusals.increment()
                connection.note(reason: "\(path) has a publisher already")
                connection.perform(
                    .rejectPublish(
                        request.id, code: .publishBadName, description: "\(path) is being published by somebody else"))
            }
        }
    }

    /// Reads as late as every stream that is published here allows, and nothing while one of them cannot be taken.
    private func paceReading() {
        let pace = publications.values.map(\.pace).min() ?? .zero
        let isHeld = publications.values.contains { $0.port.isCongested }
        setReading(isHeld ? .held : ReadingMode(pace: pace))
    }

    private func refusePublish(_ request: PublishRequest, _ refusal: StreamRefusal) {
        pendingRequests.remove(request.id)
        metrics.refusals.increment()
        note(reason: "publish refused: \(refusal.description)")
        let code: RTMPStatusCode =
            switch refusal {
            case .illegalName, .keyAsName: .publishBadName
            case .keyRequired, .keyRefused, .keyExpired, .tokenRequired, .tokenRefused, .tokenExpired:
                .publishUnauthorized
            case .addressRefused, .tooManyAttempts, .unavailable, .undecided, .declined: .publishDenied
            }
        perform(.rejectPublish(request.id, code: code, description: refusal.description))
    }

    /// Hands what one read brought to the stream.
    func publish(_ media: [RTMPMedia]) {
        var elements: [StreamElement] = []
        elements.reserveCapacity(media.count)
        var current = latestPublication
        for item in media {
            if current?.messageStreamID != item.messageStreamID {
                current?.port.publish(elements)
                elements.removeAll(keepingCapacity: true)
                current = publications[item.messageStreamID]
                latestPublication = current
            }
            guard let publication = current else { continue }
            tally.framesReceived += item.kind == .data ? 0 : 1
            publication.latestTimestamp = item.timestamp
            publication.demuxer.demux(
                type: item.tagType, timestampMilliseconds: item.timestamp, body: item.payload, into: &elements)
        }
        current?.port.publish(elements)
    }

    func endPublication(_ messageStreamID: UInt32) {
        guard let publication = publications.removeValue(forKey: messageStreamID) else { return }
        note(reason: "the publisher ended the stream")
        tally.skippedTags += publication.skippedTags
        publication.end(.unpublished)
        paceReading()
    }

    private func displaced(_ request: PublishRequest, _ displacement: Displacement) {
        // The message stream may have another publish by now.
        let messageStreamID = request.messageStreamID
        guard let publication = publications[messageStreamID], publication.requestID == request.id else { return }
        let description =
            switch displacement {
            case .takenOver: "another publisher took the name over"
            case .endedByServer: "the server ended the stream"
            case .outOfProportion: "a few bytes of the stream become too many for those who watch"
            }
        endPublication(publication, code: .publishDenied, because: description)
    }

    /// Ends a publish that the client would go on with, and tells it why.
    func endPublication(_ publication: Publication, code: RTMPStatusCode, because reason: String) {
        let messageStreamID = publication.messageStreamID
        guard publications[messageStreamID] === publication else { return }
        publications[messageStreamID] = nil
        tally.skippedTags += publication.skippedTags
        publication.end(.unpublished)
        paceReading()
        note(reason: reason)
        perform(.endPublish(messageStreamID: messageStreamID, code: code, description: reason))
    }
}

extension RTMPMedia {
    var tagType: FLVTagType {
        switch kind {
        case .audio: .audio
        case .video: .video
        case .data: .scriptData
        }
    }
}
