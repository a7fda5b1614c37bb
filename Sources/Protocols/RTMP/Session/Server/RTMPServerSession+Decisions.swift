import AMF
public import NIOCore

/// What the owner decided, put into RTMP.
extension RTMPServerSession {
    /// Carries out what the owner decided.
    ///
    /// - Throws: What a client did wrong that did not wait for the answer to its `connect`.
    public mutating func perform(_ command: Command, now: NIODeadline) throws(RTMPFault) {
        guard !outbox.isClosing else { return }
        switch command {
        case .acceptConnect(let id):
            guard case .deciding(let connect) = phase, connect.request.id == id else { return }
            try accept(connect, now: now)
        case .rejectConnect(let id, let code, let description):
            guard case .deciding(let connect) = phase, connect.request.id == id else { return }
            reject(connect, RTMPStatus(code, description))
        case .acceptPublish(let id): acceptPublish(id, now: now)
        case .rejectPublish(let id, let code, let description):
            guard let (request, _) = streams.publishRequest(id) else { return }
            close(saying: RTMPStatus(code, description), on: request.messageStreamID)
        case .acceptPlay(let id): acceptPlay(id)
        case .rejectPlay(let id, let code, let description):
            guard let request = streams.playRequest(id) else { return }
            close(saying: RTMPStatus(code, description), on: request.messageStreamID)
        case .notifyPublish(let id):
            guard case .playing = streams[id] else { return }
            outbox.send(RTMPStatus(.playPublishNotify, "The publisher has begun."), on: id)
        case .notifyUnpublish(let id):
            guard case .playing = streams[id] else { return }
            outbox.send(.user(.streamEOF(messageStreamID: id)))
            outbox.send(RTMPStatus(.playUnpublishNotify, "The publisher has ended."), on: id)
        case .endPublish(let id, let code, let description):
            guard case .publishing = streams[id] else { return }
            close(saying: RTMPStatus(code, description), on: id)
        case .sendStatus(let id, let code, let description):
            guard case .connected = phase, id == 0 || streams[id] != nil else { return }
            outbox.send(RTMPStatus(code, description), on: id)
        case .requestReconnect(let tcURL, let description): requestReconnect(tcURL, description)
        case .ping(let timestamp):
            guard case .connected = phase else { return }
            outbox.send(.user(.pingRequest(timestamp)))
        case .close: outbox.close()
        }
    }

    private mutating func close(saying status: RTMPStatus, on messageStreamID: UInt32) {
        outbox.send(status, on: messageStreamID)
        outbox.close()
    }

    // MARK: Connection

    private mutating func accept(_ connect: Connect, now: NIODeadline) throws(RTMPFault) {
        let window = configuration.windowAcknowledgementSize
        outbox.send(.windowAcknowledgementSize(window))
        outbox.send(.setPeerBandwidth(window: window, limitType: .dynamic))
        // Before the first answer longer than a chunk of 128 bytes: OBS's reader needs it there.
        if !connect.misreadsChunkSize(isEncrypted: isEncrypted) { announceChunkSize() }
        outbox.send(.user(.streamBegin(messageStreamID: 0)))
        // Before the answer, so that the client's own comes before anything that it asks for next.
        if swfVerification != nil { outbox.send(.user(.swfVerifyRequest(SWFVerification.request))) }
        var more = [AMFProperty("objectEncoding", .number(connect.objectEncoding))]
        if connect.request.capabilities.isEnhanced { more += configuration.capabilities.properties }
        let status = RTMPStatus(.connectSuccess, "Connection succeeded.", more)
        outbox.send(
            CommandMessage(
                "_result", transactionID: connect.transactionID,
                object: ["fmsVer": "FMS/3,0,1,123", "capabilities": 31], [status.properties]))
        phase = .connected(connect.withoutArguments)
        progressedAt = now
        releaseHeldBytes()
        do throws(RTMPFault) {
            try readMessages(now: now)
        } catch {
            abandon()
            throw error
        }
    }

    /// Before anything is sent in larger chunks than those of the beginning.
    private mutating func announceChunkSize() {
        guard !hasAnnouncedChunkSize else { return }
        hasAnnouncedChunkSize = true
        outbox.send(.setChunkSize(Int(configuration.chunkSize)))
    }

    private mutating func reject(_ connect: Connect, _ status: RTMPStatus) {
        outbox.send(CommandMessage("_error", transactionID: connect.transactionID, [status.properties]))
        outbox.close()
    }

    private mutating func requestReconnect(_ tcURL: String?, _ description: String) {
        guard case .connected(let connect) = phase, connect.request.capabilities.extensions.contains(.reconnect)
        else { return }
        let more = tcURL.map { [AMFProperty("tcUrl", .string($0))] } ?? []
        outbox.send(RTMPStatus(.connectReconnectRequest, description, more), on: 0)
    }

    // MARK: Message streams

    private mutating func acceptPublish(_ id: RTMPRequestID, now: NIODeadline) {
        guard let (request, early) = streams.publishRequest(id) else { return }
        let messageStreamID = request.messageStreamID
        streams[messageStreamID] = .publishing(rawName: request.rawName)
        progressedAt = now
        outbox.send(.user(.streamBegin(messageStreamID: messageStreamID)))
        outbox.send(RTMPStatus(.publishStart, "Publishing."), on: messageStreamID)
        for media in early.messages { outbox.emit(media: media) }
    }

    private mutating func acceptPlay(_ id: RTMPRequestID) {
        guard let request = streams.playRequest(id) else { return }
        let messageStreamID = request.messageStreamID
        streams[messageStreamID] = .playing(ServerMessageStream.Playing())
        announceChunkSize()
        outbox.send(.user(.streamBegin(messageStreamID: messageStreamID)))
        let more = [AMFProperty("details", .string(request.name)), AMFProperty("clientid", 1)]
        if request.reset {
            outbox.send(RTMPStatus(.playReset, "Playing and resetting.", more), on: messageStreamID)
        }
        outbox.send(RTMPStatus(.playStart, "Playing.", more), on: messageStreamID)
        // Nothing of NetStream.Data.Start: FFmpeg would show a data stream that does not exist.
        var access = ByteBuffer()
        access.writeAMF0(["|RtmpSampleAccess", true, true] as [AMF0Value])
        outbox.send(
            RTMPMessage(type: .data, timestamp: 0, messageStreamID: messageStreamID, payload: access),
            chunkStreamID: ChunkStreamUse.status)
    }
}

extension RTMPServerSession.Connect {
    /// Whether this is FFmpeg's publisher, encrypting.
    ///
    /// It answers Set Chunk Size with the same, encrypts that in place, and then takes for the size what it has encrypted. It
    /// gets on without.
    fileprivate func misreadsChunkSize(isEncrypted: Bool) -> Bool {
        isEncrypted && request.flashVersion.contains("Lavf")
    }
}
