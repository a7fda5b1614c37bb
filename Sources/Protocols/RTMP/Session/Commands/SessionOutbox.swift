import AMF
import NIOCore

/// An event type that can carry media.
protocol MediaEvent: Sendable {
    static func media(_ messages: [RTMPMedia]) -> Self
}

/// What a session has to say, to its peer and to its owner, until the owner takes it.
///
/// Bytes go first and all together, then the events in their order, and closing comes last.
struct SessionOutbox<Event: MediaEvent>: Sendable {
    private enum Stage {
        case open, closing, closed
    }

    private var stage = Stage.open
    private var writer = ChunkStreamWriter()
    private var bytes = ByteBuffer()
    /// What bytes are encrypted with on their way out, once the handshake is over.
    private var keystream: (any RTMPEKeystream)?
    /// Bytes at the front that go out as they are: those of the handshake.
    private var clearBytes = 0
    private var events: [Event] = []
    private var nextEvent = 0
    /// Media that no other event has followed yet.
    private var media: [RTMPMedia] = []

    /// Whether `close` was called: nothing that comes later is taken.
    var isClosing: Bool { stage != .open }

    // MARK: In

    mutating func send(_ handshake: ByteBuffer) {
        guard !isClosing else { return }
        bytes.writeImmutableBuffer(handshake)
    }

    mutating func send(_ message: RTMPMessage, chunkStreamID: UInt32) {
        guard !isClosing else { return }
        writer.write(message, chunkStreamID: chunkStreamID, into: &bytes)
    }

    /// Writes a media message past the writer, whose chunk streams must not include this one.
    mutating func sendMedia(_ media: RTMPMedia, prefix: ByteBuffer, chunkStreamID: UInt32) {
        guard !isClosing else { return }
        IndependentChunks.write(
            type: RTMPMessageType(rawValue: media.kind.rawValue), timestamp: media.timestamp,
            messageStreamID: media.messageStreamID, chunkStreamID: chunkStreamID, prefix: prefix,
            payload: media.payload, chunkSize: writer.chunkSize, into: &bytes)
    }

    /// Encrypts whatever is sent from here on.
    mutating func encrypt(with keystream: any RTMPEKeystream) {
        clearBytes = bytes.readableBytes
        self.keystream = keystream
    }

    mutating func emit(_ event: Event) {
        guard !isClosing else { return }
        flushMedia()
        events.append(event)
    }

    mutating func emit(media message: RTMPMedia) {
        guard !isClosing else { return }
        if media.isEmpty { media.reserveCapacity(Self.usualBatch) }
        media.append(message)
    }

    /// Media messages that room is made for at once: more than one read of a live publisher brings.
    private static var usualBatch: Int { 16 }

    /// Makes one event of the media gathered so far.
    private mutating func flushMedia() {
        guard !media.isEmpty else { return }
        events.append(.media(media))
        media = []
    }

    mutating func close() {
        guard !isClosing else { return }
        flushMedia()
        stage = .closing
    }

    /// Drops everything: the connection is lost, and there is nothing more to say.
    mutating func abandon() {
        stage = .closed
        bytes = ByteBuffer()
        events = []
        media = []
        nextEvent = 0
    }

    // MARK: Out

    /// The form in which bytes go on the wire now: encrypted, where that was agreed on.
    mutating func sealed(_ bytes: ByteBuffer) -> ByteBuffer {
        keystream?.apply(to: bytes) ?? bytes
    }

    mutating func next() -> RTMPSessionOutput<Event>? {
        if bytes.readableBytes > 0 {
            var all = bytes
            bytes = ByteBuffer()
            guard keystream != nil else { return .send(all) }
            var wire = all.readSlice(length: clearBytes) ?? ByteBuffer()
            clearBytes = 0
            wire.writeImmutableBuffer(sealed(all))
            return .send(wire)
        }
        if nextEvent == events.count {
            events.removeAll(keepingCapacity: true)
            nextEvent = 0
            if !media.isEmpty {
                let all = media
                media = []
                return .event(.media(all))
            }
        }
        if nextEvent < events.count {
            nextEvent += 1
            return .event(events[nextEvent - 1])
        }
        guard stage == .closing else { return nil }
        stage = .closed
        return .close
    }
}

/// The chunk streams that the house's own messages go on.
///
/// A convention that all peers keep, not a rule, except for the first (RTMP 1.0 §5.3.1.1).
enum ChunkStreamUse {
    /// Protocol control and user control messages.
    static let control: UInt32 = 2
    /// Commands of the connection.
    static let connection: UInt32 = 3
    /// A client's audio.
    ///
    /// A server's goes the same way, but its endpoint writes it.
    static let audio: UInt32 = 4
    /// A server's status and data messages on a message stream; a client's data messages.
    static let status: UInt32 = 5
    /// A client's video.
    static let video: UInt32 = 6
    /// A client's commands on a message stream, as FFmpeg does.
    static let streamCommands: UInt32 = 8
}

/// The messages that both sides send.
extension SessionOutbox {
    mutating func send(_ control: ControlMessage) {
        send(control.message, chunkStreamID: ChunkStreamUse.control)
    }

    mutating func send(_ command: CommandMessage) {
        send(command.message(on: 0), chunkStreamID: ChunkStreamUse.connection)
    }

    /// Sends `onStatus` on a message stream.
    mutating func send(_ status: RTMPStatus, on messageStreamID: UInt32) {
        let isOfConnection = messageStreamID == 0
        send(
            CommandMessage("onStatus", [status.properties]).message(on: messageStreamID),
            chunkStreamID: isOfConnection ? ChunkStreamUse.connection : ChunkStreamUse.status)
    }
}
