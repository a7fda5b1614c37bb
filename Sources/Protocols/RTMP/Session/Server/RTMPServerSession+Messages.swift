import NIOCore

extension RTMPServerSession {
    mutating func receive(_ message: RTMPMessage, now: NIODeadline) throws(RTMPFault) {
        switch message.type {
        case .audio, .video, .data, .dataAMF3:
            receiveMedia(message, now: now)
        case .aggregate:
            for part in try AggregateMessage.messages(in: message, limits: configuration.limits) {
                receiveMedia(part, now: now)
            }
        case .command, .commandAMF3:
            try receiveCommand(try CommandMessage(parsing: message), on: message.messageStreamID, now: now)
        default:
            // Shared objects and types that nobody knows are passed over (RTMP 1.0 §7.1).
            guard let control = try ControlMessage(parsing: message) else { return }
            receiveControl(control)
        }
    }

    private mutating func receiveControl(_ control: ControlMessage) {
        switch control {
        case .windowAcknowledgementSize(let size):
            acknowledgements.resize(to: size)
        case .user(.pingRequest(let timestamp)):
            outbox.send(.user(.pingResponse(timestamp)))
        case .user(.pingResponse(let timestamp)):
            outbox.emit(.pongReceived(timestamp: timestamp))
        case .user(.swfVerifyResponse(let answer)):
            if swfVerification?.isProved(by: answer) ?? false { hasVerifiedSWF = true }
            swfVerification = nil
        case .setChunkSize, .abort, .acknowledgement, .setPeerBandwidth, .user:
            // The chunk stream has carried out the first two. That clients do not acknowledge is their custom, what they
            // want to buffer is a hint, and their word on bandwidth may be ignored.
            break
        }
    }

    // MARK: Media

    private mutating func receiveMedia(_ message: RTMPMessage, now: NIODeadline) {
        // The reader's loop ends at a refusal, an aggregate's does not.
        guard !outbox.isClosing else { return }
        let publisher = streams.publisher(for: message.messageStreamID)
        guard let kind = RTMPMedia.Kind(message.type) else { return }
        guard kind != .data else { return receiveData(message, of: publisher, now: now) }
        let media = RTMPMedia(
            kind: kind, timestamp: message.timestamp, messageStreamID: publisher ?? message.messageStreamID,
            payload: message.payload)
        if publisher != nil {
            progressedAt = now
            outbox.emit(media: media)
        } else {
            receiveEarly(media, isMetadata: false)
        }
    }

    private mutating func receiveData(_ message: RTMPMessage, of publisher: UInt32?, now: NIODeadline) {
        switch DataPayload(message) {
        case .values(let name, let payload):
            let media = RTMPMedia(
                kind: .data, timestamp: message.timestamp, messageStreamID: publisher ?? message.messageStreamID,
                payload: payload)
            if publisher != nil {
                outbox.emit(media: media)
            } else {
                receiveEarly(media, isMetadata: name == DataPayload.metadata)
            }
        case .cleared(DataPayload.metadata):
            if let publisher {
                outbox.emit(.metadataCleared(messageStreamID: publisher))
            } else if let id = streams.requestedPublisher(for: message.messageStreamID),
                case .publishRequested(let request, var early) = streams[id]
            {
                early.clearMetadata()
                streams[id] = .publishRequested(request, early)
            }
        case .cleared, nil: break
        }
    }

    /// Takes media that belongs to no accepted publish.
    private mutating func receiveEarly(_ media: RTMPMedia, isMetadata: Bool) {
        if let id = streams.requestedPublisher(for: media.messageStreamID),
            case .publishRequested(let request, var early) = streams[id]
        {
            var media = media
            media.messageStreamID = id
            early.keep(media, isMetadata: isMetadata, within: configuration)
            streams[id] = .publishRequested(request, early)
        } else if media.kind != .data, !streams.hasPublished {
            refuse(
                .mediaBeforePublish, on: media.messageStreamID, RTMPStatus(.streamFailed, "Media before publish."))
        }
    }
}

extension RTMPMedia.Kind {
    init?(_ type: RTMPMessageType) {
        switch type {
        case .audio: self = .audio
        case .video: self = .video
        case .data, .dataAMF3: self = .data
        default: return nil
        }
    }
}
