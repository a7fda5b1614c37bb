import AMF
import NIOCore

/// Commands of the connection (RTMP 1.0 §7.2.1).
extension RTMPServerSession {
    mutating func receiveCommand(
        _ command: CommandMessage, on messageStreamID: UInt32, now: NIODeadline
    ) throws(RTMPFault) {
        switch phase {
        case .awaitingConnect where command.name == "connect":
            receiveConnect(command)
        case .connected(let connect):
            try receiveCall(command, on: messageStreamID, from: connect, now: now)
        case .handshaking, .awaitingConnect, .deciding, .lost:
            refuse(.commandBeforeConnect, answering: command, RTMPStatus(.callProhibited, "Connect first."))
        }
    }

    private mutating func receiveConnect(_ command: CommandMessage) {
        let object = command.object
        let application = object["app"]?.string
        let tcURL = object["tcUrl"]?.string ?? object["tcurl"]?.string ?? object["tcURL"]?.string ?? ""
        let address = StreamAddress(application: application, tcURL: tcURL)
        let request = ConnectRequest(
            id: makeRequestID(), application: address.application, host: address.host, query: address.query,
            tcURL: tcURL,
            flashVersion: object["flashVer"]?.string ?? "", capabilities: RTMPCapabilities(object),
            properties: object, extraArguments: command.arguments)
        phase = .deciding(
            Connect(
                request: request, transactionID: command.transactionID, rawApplication: application,
                objectEncoding: object["objectEncoding"]?.number == 3 ? 3 : 0))
        outbox.emit(.connectRequested(request))
    }

    private mutating func receiveCall(
        _ command: CommandMessage, on messageStreamID: UInt32, from connect: Connect, now: NIODeadline
    ) throws(RTMPFault) {
        switch command.name {
        case "connect":
            refuse(.connectedTwice, answering: command, RTMPStatus(.connectRejected, "Connected already."))
        case "createStream": createStream(command)
        case "deleteStream": deleteStream(command, on: messageStreamID, now: now)
        case "closeStream": closeStream(on: messageStreamID, now: now)
        case "publish": receivePublish(command, on: messageStreamID, from: connect, now: now)
        case "FCPublish": answerFCPublish(command)
        case "FCUnpublish": receiveFCUnpublish(command, now: now)
        case "play": receivePlay(command, on: messageStreamID, from: connect, now: now)
        case "play2":
            outbox.send(RTMPStatus(.playFailed, "Live streams have no other quality here."), on: messageStreamID)
        case "pause", "pauseRaw": receivePause(command, on: messageStreamID)
        case "seek": receiveSeek(on: messageStreamID)
        case "receiveAudio": receiveWish(command, on: messageStreamID, for: .audio)
        case "receiveVideo": receiveWish(command, on: messageStreamID, for: .video)
        case "getStreamLength":
            // A live stream has none.
            answer(command, with: 0)
        case "releaseStream", "FCSubscribe", "_checkbw", "checkBandwidth", "setPeerInfo", "onClientLogin",
            "setChallenge", "FCTime", "ping":
            answer(command, with: .undefined)
        default:
            answerUnknown(command)
        }
    }

    /// Answers a call with `_result`, unless its transaction id says that nobody listens.
    mutating func answer(_ command: CommandMessage, with value: AMF0Value) {
        guard command.wantsAnswer else { return }
        outbox.send(CommandMessage("_result", transactionID: command.transactionID, [value]))
    }

    private mutating func answerUnknown(_ command: CommandMessage) {
        // Answers and notices of the client want no answer of ours, whatever id they bear.
        guard command.wantsAnswer, !command.name.hasPrefix("_"), !command.name.hasPrefix("on") else { return }
        let status = RTMPStatus(.callFailed, "Method not found.")
        outbox.send(CommandMessage("_error", transactionID: command.transactionID, [status.properties]))
    }

    // MARK: Message streams

    private mutating func createStream(_ command: CommandMessage) {
        guard let id = streams.open() else {
            refuse(.tooManyMessageStreams, answering: command, RTMPStatus(.callFailed, "Too many streams."))
            return
        }
        // Answered whatever the transaction id: without the stream's id nothing can go on.
        outbox.send(CommandMessage("_result", transactionID: command.transactionID, [.number(Double(id))]))
    }

    private mutating func deleteStream(_ command: CommandMessage, on messageStreamID: UInt32, now: NIODeadline) {
        let named = command.messageStreamID(at: 0) ?? 0
        let id = named == 0 ? messageStreamID : named
        end(id, now: now)
        streams.delete(id)
    }

    mutating func closeStream(on messageStreamID: UInt32, now: NIODeadline) {
        guard let id = streams.inUse(messageStreamID) else { return }
        if end(id, now: now) { outbox.send(RTMPStatus(.unpublishSuccess, "Publish ended."), on: id) }
    }

    /// Ends what a message stream is used for and reports it; `true` when that was an accepted publish.
    @discardableResult
    mutating func end(_ id: UInt32, now: NIODeadline) -> Bool {
        guard let role = streams[id] else { return false }
        streams[id] = .idle
        switch role {
        case .idle: return false
        case .publishRequested(let request, _): outbox.emit(.requestWithdrawn(request.id))
        case .playRequested(let request): outbox.emit(.requestWithdrawn(request.id))
        case .publishing: outbox.emit(.publishEnded(messageStreamID: id))
        case .playing: outbox.emit(.playEnded(messageStreamID: id))
        }
        if !streams.isPublishing { progressedAt = now }
        if case .publishing = role { return true }
        return false
    }
}
