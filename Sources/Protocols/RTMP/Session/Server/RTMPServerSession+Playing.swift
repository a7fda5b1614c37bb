import NIOCore

/// Commands of players (RTMP 1.0 §7.2.2.1 to §7.2.2.8).
extension RTMPServerSession {
    mutating func receivePlay(
        _ command: CommandMessage, on messageStreamID: UInt32, from connect: Connect, now: NIODeadline
    ) {
        // Flash's word for an end.
        guard !command.isFalse(at: 0) else { return closeStream(on: messageStreamID, now: now) }
        switch streams[messageStreamID] {
        case .idle: break
        case nil:
            refuse(
                .messageStreamNotOpened(messageStreamID: messageStreamID), on: messageStreamID,
                RTMPStatus(.playFailed, "Create the stream first."))
            return
        case .publishRequested, .publishing:
            refuse(
                .messageStreamInUse(messageStreamID: messageStreamID), on: messageStreamID,
                RTMPStatus(.playFailed, "The message stream is published."))
            return
        case .playRequested(let request):
            outbox.emit(.requestWithdrawn(request.id))
        case .playing:
            outbox.emit(.playEnded(messageStreamID: messageStreamID))
        }
        let name = command.text(at: 0)
        let request = PlayRequest(
            id: makeRequestID(), messageStreamID: messageStreamID, address: connect.address(of: name),
            start: PlayRequest.Start(number: command.number(at: 1)),
            duration: command.number(at: 2).flatMap { $0 >= 0 ? $0 : nil }, reset: command.flag(at: 3) ?? true,
            rawName: name)
        streams[messageStreamID] = .playRequested(request)
        outbox.emit(.playRequested(request))
    }

    mutating func receivePause(_ command: CommandMessage, on messageStreamID: UInt32) {
        guard let id = streams.inUse(messageStreamID), case .playing(var playing) = streams[id] else { return }
        let isPaused = command.flag(at: 0) ?? !playing.isPaused
        if isPaused {
            outbox.send(.user(.streamEOF(messageStreamID: id)))
            outbox.send(RTMPStatus(.pauseNotify, "Paused."), on: id)
        } else {
            outbox.send(.user(.streamBegin(messageStreamID: id)))
            outbox.send(RTMPStatus(.unpauseNotify, "Going on."), on: id)
        }
        guard isPaused != playing.isPaused else { return }
        playing.isPaused = isPaused
        streams[id] = .playing(playing)
        outbox.emit(.paused(messageStreamID: id, isPaused))
    }

    /// Whatever a player seeks, it is told that it is there: FFmpeg throws away all that comes until it hears that.
    mutating func receiveSeek(on messageStreamID: UInt32) {
        guard let id = streams.inUse(messageStreamID), case .playing = streams[id] else { return }
        outbox.send(RTMPStatus(.seekNotify, "Going on live."), on: id)
        outbox.send(RTMPStatus(.playStart, "Going on live."), on: id)
        outbox.emit(.sought(messageStreamID: id))
    }

    /// What `receiveAudio` and `receiveVideo` are about.
    enum WishedKind {
        case audio, video
    }

    mutating func receiveWish(_ command: CommandMessage, on messageStreamID: UInt32, for kind: WishedKind) {
        guard let id = streams.inUse(messageStreamID), case .playing(var playing) = streams[id],
            let isWanted = command.flag(at: 0)
        else { return }
        switch kind {
        case .audio:
            guard playing.wantsAudio != isWanted else { return }
            playing.wantsAudio = isWanted
            outbox.emit(.audioWanted(messageStreamID: id, isWanted))
        case .video:
            guard playing.wantsVideo != isWanted else { return }
            playing.wantsVideo = isWanted
            outbox.emit(.videoWanted(messageStreamID: id, isWanted))
        }
        streams[id] = .playing(playing)
        guard isWanted else { return }
        outbox.send(RTMPStatus(.seekNotify, "Going on."), on: id)
        outbox.send(RTMPStatus(.playStart, "Going on."), on: id)
    }
}

extension PlayRequest.Start {
    /// Reads the start as it travels, in the milliseconds of real clients; −1 and −2 are the specification's.
    init(number: Double?) {
        switch number {
        case nil, -2, -2000: self = .liveOrRecorded
        case -1, -1000: self = .live
        case let number? where number >= 0: self = .recorded(milliseconds: number)
        default: self = .liveOrRecorded
        }
    }
}
