import AMF
public import NIOCore

/// What the owner wants, put into RTMP.
extension RTMPClientSession {
    /// Carries out what the owner wants.
    ///
    /// - Throws: Nothing so far; faults of the server come with its bytes.
    public mutating func perform(_ command: Command, now: NIODeadline) throws(RTMPFault) {
        guard !outbox.isClosing else { return }
        switch command {
        case .publish(let name, let kind): pursue(.publish(name: name, kind: kind), now: now)
        case .play(let name, let start): pursue(.play(name: name, start: start), now: now)
        case .send(let media):
            sendMedia(
                media.kind, timestamp: media.timestamp, messageStreamID: media.messageStreamID, prefix: ByteBuffer(),
                payload: media.payload)
        case .pause(let id, let isPaused):
            guard streams.contains(where: { $0.id == id && $0.role == .playing }) else { return }
            sendStreamCommand(CommandMessage("pause", [.boolean(isPaused), 0]), on: id)
        case .deleteStream(let id): delete(id)
        case .ping(let timestamp):
            guard case .connected = phase else { return }
            outbox.send(.user(.pingRequest(timestamp)))
        case .close:
            for stream in streams { delete(stream.id) }
            outbox.close()
        }
    }

    /// Sends a media or data message whose body is `prefix` and `payload`, without joining them first.
    ///
    /// Nothing is sent on a message stream that is not published. `onMetaData` goes out with `@setDataFrame`.
    public mutating func sendMedia(
        _ kind: RTMPMedia.Kind, timestamp: UInt32, messageStreamID: UInt32, prefix: ByteBuffer, payload: ByteBuffer
    ) {
        guard streams.contains(where: { $0.id == messageStreamID && $0.role == .publishing }) else { return }
        var prefix = prefix
        let chunkStreamID: UInt32
        switch kind {
        case .audio: chunkStreamID = ChunkStreamUse.audio
        case .video: chunkStreamID = ChunkStreamUse.video
        case .data:
            chunkStreamID = ChunkStreamUse.status
            let name = AMF0Decoder.leadingString(of: prefix.readableBytes > 0 ? prefix : payload)
            if name == DataPayload.metadata {
                var marked = ByteBuffer()
                marked.writeAMF0("@setDataFrame" as AMF0Value)
                marked.writeBuffer(&prefix)
                prefix = marked
            }
        }
        outbox.sendMedia(
            RTMPMedia(kind: kind, timestamp: timestamp, messageStreamID: messageStreamID, payload: payload),
            prefix: prefix, chunkStreamID: chunkStreamID)
    }

    /// The first thing said over chunks.
    mutating func connect() {
        outbox.send(.setChunkSize(Int(configuration.chunkSize)))
        var properties = [
            AMFProperty("app", .string(configuration.url.application)), AMFProperty("type", "nonprivate"),
            AMFProperty("flashVer", .string(configuration.flashVersion)),
            AMFProperty("tcUrl", .string(configuration.url.tcURL)),
        ]
        properties += configuration.capabilities.properties
        properties += configuration.properties
        let id = makeTransactionID()
        calls.append(PendingCall(transactionID: id, purpose: .connect))
        outbox.send(
            CommandMessage(
                "connect", transactionID: id, object: .object(properties), configuration.extraArguments))
    }

    /// The server has accepted the connection.
    mutating func proceed(now: NIODeadline) {
        outbox.send(.windowAcknowledgementSize(configuration.windowAcknowledgementSize))
        let waiting = intents
        intents = []
        for intent in waiting { pursue(intent, now: now) }
    }

    private mutating func pursue(_ intent: Intent, now: NIODeadline) {
        guard case .connected = phase else {
            intents.append(intent)
            return
        }
        progressedAt = now
        if case .publish(let name, _) = intent {
            // Some ingest services prepare the name on these; what they answer does not matter.
            outbox.send(CommandMessage("releaseStream", transactionID: makeTransactionID(), [.string(name)]))
            outbox.send(CommandMessage("FCPublish", transactionID: makeTransactionID(), [.string(name)]))
        }
        let id = makeTransactionID()
        calls.append(PendingCall(transactionID: id, purpose: .createStream(intent)))
        outbox.send(CommandMessage("createStream", transactionID: id))
    }

    /// The server has opened a message stream for `intent`.
    mutating func use(_ messageStreamID: UInt32, for intent: Intent) {
        let id = makeTransactionID()
        switch intent {
        case .publish(let name, let kind):
            streams.append(
                ClientMessageStream(id: messageStreamID, transactionID: id, name: name, role: .publishRequested))
            sendStreamCommand(
                CommandMessage("publish", transactionID: id, [.string(name), .string(kind.rawValue)]),
                on: messageStreamID)
        case .play(let name, let start):
            streams.append(
                ClientMessageStream(id: messageStreamID, transactionID: id, name: name, role: .playRequested))
            outbox.send(
                .user(
                    .setBufferLength(
                        messageStreamID: messageStreamID, milliseconds: configuration.bufferMilliseconds)))
            sendStreamCommand(
                CommandMessage("play", transactionID: id, [.string(name), .number(start.number)]),
                on: messageStreamID)
        }
    }

    private mutating func delete(_ id: UInt32) {
        guard let index = streams.firstIndex(where: { $0.id == id }) else { return }
        let stream = streams.remove(at: index)
        if stream.isPublish {
            outbox.send(CommandMessage("FCUnpublish", transactionID: makeTransactionID(), [.string(stream.name)]))
        }
        outbox.send(
            CommandMessage("deleteStream", transactionID: makeTransactionID(), [.number(Double(stream.id))]))
        outbox.emit(.ended(messageStreamID: id))
    }

    private mutating func sendStreamCommand(_ command: CommandMessage, on messageStreamID: UInt32) {
        outbox.send(command.message(on: messageStreamID), chunkStreamID: ChunkStreamUse.streamCommands)
    }
}

extension PlayRequest.Start {
    /// The start as it travels, in the milliseconds of real servers.
    fileprivate var number: Double {
        switch self {
        case .liveOrRecorded: -2000
        case .live: -1000
        case .recorded(let milliseconds): milliseconds
        }
    }
}
