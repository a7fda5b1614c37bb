import AMF
import NIOCore

/// Commands of publishers (RTMP 1.0 §7.2.2.6, and those that Flash Media Live Encoder brought along).
extension RTMPServerSession {
    mutating func receivePublish(
        _ command: CommandMessage, on messageStreamID: UInt32, from connect: Connect, now: NIODeadline
    ) {
        // Flash's word for an end.
        guard !command.isFalse(at: 0) else { return closeStream(on: messageStreamID, now: now) }
        // Some embedded encoders publish without createStream, on the connection's own message stream.
        if messageStreamID == 0 { streams.openConnectionStream() }
        switch streams[messageStreamID] {
        case .idle: break
        case nil:
            refuse(
                .messageStreamNotOpened(messageStreamID: messageStreamID), on: messageStreamID,
                RTMPStatus(.streamFailed, "Create the stream first."))
            return
        case .publishRequested, .publishing, .playRequested, .playing:
            refuse(
                .messageStreamInUse(messageStreamID: messageStreamID), on: messageStreamID,
                RTMPStatus(.publishBadName, "The message stream is in use."))
            return
        }
        let name = command.text(at: 0)
        let request = PublishRequest(
            id: makeRequestID(), messageStreamID: messageStreamID, address: connect.address(of: name),
            kind: PublishRequest.Kind(named: command.text(at: 1)), rawName: name)
        streams[messageStreamID] = .publishRequested(request, EarlyMedia())
        outbox.emit(.publishRequested(request))
    }

    /// Answers with the request's own id: Livestream Studio and several hardware encoders wait for that.
    mutating func answerFCPublish(_ command: CommandMessage) {
        notice("onFCPublish", answering: command, RTMPStatus(.publishStart, command.text(at: 0)))
    }

    mutating func receiveFCUnpublish(_ command: CommandMessage, now: NIODeadline) {
        notice("onFCUnpublish", answering: command, RTMPStatus(.unpublishSuccess, command.text(at: 0)))
        guard let id = streams.publisher(named: command.text(at: 0)) else { return }
        if end(id, now: now) { outbox.send(RTMPStatus(.unpublishSuccess, "Publish ended."), on: id) }
    }

    /// Answers a call with a command of its own besides the `_result`.
    private mutating func notice(_ name: String, answering command: CommandMessage, _ status: RTMPStatus) {
        guard command.wantsAnswer else { return }
        outbox.send(CommandMessage(name, transactionID: command.transactionID, [status.properties]))
        answer(command, with: .undefined)
    }
}

extension RTMPServerSession.Connect {
    /// Which stream the client means by `name`.
    func address(of name: String) -> StreamAddress {
        StreamAddress(
            application: rawApplication, tcURL: request.tcURL, flashVersion: request.flashVersion, name: name)
    }
}

extension PublishRequest.Kind {
    /// Reads the publishing type in whatever case; `live` when it is missing or unknown.
    fileprivate init(named text: String) {
        switch text.lowercased() {
        case "record": self = .record
        case "append", "appendwithgap": self = .append
        default: self = .live
        }
    }
}
