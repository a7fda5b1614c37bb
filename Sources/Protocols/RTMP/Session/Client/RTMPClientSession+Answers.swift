import AMF
import NIOCore

/// What the server says.
extension RTMPClientSession {
    mutating func receive(_ message: RTMPMessage, now: NIODeadline) throws(RTMPFault) {
        switch message.type {
        case .audio, .video, .data, .dataAMF3:
            receiveMedia(message)
        case .aggregate:
            for part in try AggregateMessage.messages(in: message, limits: configuration.limits) {
                receiveMedia(part)
            }
        case .command, .commandAMF3:
            receiveCommand(try CommandMessage(parsing: message), on: message.messageStreamID, now: now)
        default:
            switch try ControlMessage(parsing: message) {
            case .windowAcknowledgementSize(let size): acknowledgements.resize(to: size)
            case .user(.pingRequest(let timestamp)): outbox.send(.user(.pingResponse(timestamp)))
            case .user(.pingResponse(let timestamp)): outbox.emit(.pongReceived(timestamp: timestamp))
            default: break
            }
        }
    }

    // MARK: Media

    private mutating func receiveMedia(_ message: RTMPMessage) {
        guard let kind = RTMPMedia.Kind(message.type), let stream = stream(for: message.messageStreamID),
            stream.role == .playing
        else { return }
        var media = RTMPMedia(
            kind: kind, timestamp: message.timestamp, messageStreamID: stream.id, payload: message.payload)
        if kind == .data {
            guard case .values(let name, let payload) = DataPayload(message) else { return }
            media.payload = payload
            switch name {
            case "|RtmpSampleAccess", "onStatus": return
            case "onPlayStatus": return receivePlayStatus(payload, on: stream.id)
            default: break
            }
        }
        outbox.emit(media: media)
    }

    /// A recorded stream's end comes as a data message.
    private mutating func receivePlayStatus(_ payload: ByteBuffer, on messageStreamID: UInt32) {
        // What cannot be read here is no end, and nothing else of it concerns anybody.
        guard let values = try? AMF0Decoder.decodeAll(payload),
            let status = values.lazy.compactMap(RTMPStatus.init).first
        else { return }
        receiveStatus(status, on: messageStreamID)
    }

    // MARK: Commands

    private mutating func receiveCommand(_ command: CommandMessage, on messageStreamID: UInt32, now: NIODeadline) {
        switch command.name {
        case "_result": receiveResult(command, now: now)
        case "_error": receiveError(command)
        case "onStatus":
            guard let status = command.status else { return }
            progressedAt = now
            receiveStatus(status, on: messageStreamID)
        default: break
        }
    }

    private mutating func receiveResult(_ command: CommandMessage, now: NIODeadline) {
        guard let index = calls.firstIndex(where: { $0.transactionID == command.transactionID }) else { return }
        let call = calls.remove(at: index)
        progressedAt = now
        switch call.purpose {
        case .connect:
            phase = .connected
            let object = command.arguments.first ?? .null
            let said = RTMPCapabilities(object)
            outbox.emit(.connected(said.isEnhanced ? said : RTMPCapabilities(command.object)))
            proceed(now: now)
        case .createStream(let intent):
            guard let id = command.messageStreamID(at: 0) else {
                return fail(RTMPStatus(.callFailed, "createStream was answered without a stream."))
            }
            use(id, for: intent)
        }
    }

    private mutating func receiveError(_ command: CommandMessage) {
        let isAwaited =
            calls.contains { $0.transactionID == command.transactionID }
            || streams.contains { $0.transactionID == command.transactionID && $0.isRequested }
        // releaseStream and FCPublish are refused by servers that then accept publish.
        guard isAwaited else { return }
        fail(command.status ?? RTMPStatus(.callFailed, ""))
    }

    private mutating func receiveStatus(_ status: RTMPStatus, on messageStreamID: UInt32) {
        if status.code == .connectReconnectRequest {
            let event: Event
            do throws(RTMPURL.Fault) {
                let url = try configuration.url.resolving(status.properties["tcUrl"]?.string ?? "")
                event = .reconnectRequested(url, description: status.description)
            } catch {
                event = .status(messageStreamID: messageStreamID, status)
            }
            return outbox.emit(event)
        }
        guard let stream = stream(for: messageStreamID) else {
            if status.level == .error { return fail(status) }
            return outbox.emit(.status(messageStreamID: messageStreamID, status))
        }
        switch (stream.role, status.code) {
        case (.playRequested, .playReset):
            // The first half of the answer to play.
            break
        case (.publishRequested, .publishStart):
            set(.publishing, on: stream.id)
            outbox.emit(.publishStarted(messageStreamID: stream.id))
        case (.playRequested, .playStart), (.playRequested, .playPublishNotify):
            set(.playing, on: stream.id)
            outbox.emit(.playStarted(messageStreamID: stream.id))
        case (.playing, .playStop), (.playing, .playComplete), (.playing, .playUnpublishNotify),
            (.publishing, .unpublishSuccess):
            streams.removeAll { $0.id == stream.id }
            outbox.emit(.ended(messageStreamID: stream.id))
        case (.playing, .seekFailed):
            outbox.emit(.status(messageStreamID: stream.id, status))
        default:
            if status.level == .error { return fail(status) }
            outbox.emit(.status(messageStreamID: stream.id, status))
        }
    }

    /// The message stream with this id, or the only one: some servers send everything on the connection's own.
    private func stream(for id: UInt32) -> ClientMessageStream? {
        streams.first { $0.id == id } ?? (streams.count == 1 ? streams[0] : nil)
    }

    private mutating func set(_ role: ClientMessageStream.Role, on id: UInt32) {
        guard let index = streams.firstIndex(where: { $0.id == id }) else { return }
        streams[index].role = role
    }
}

extension CommandMessage {
    /// The information object, wherever among the arguments it stands.
    fileprivate var status: RTMPStatus? {
        arguments.lazy.compactMap(RTMPStatus.init).first ?? RTMPStatus(object)
    }
}
