import FLV
import NIOCore
import RTMPSession

/// Leaves out of a stream's shared bytes what one player does not want (RTMP 1.0 §7.2.2.4, §7.2.2.5).
///
/// The bytes hold whole messages that do not build on one another, as ``RTMPFormat`` writes them, so that any of them can
/// be left out, from one message to the next and with no effect on what stays. Sequence headers always pass: a player
/// that wants a kind again has the decoder configuration that is in force by then.
struct MessageFilter {
    private let chunkSize: Int
    /// Whether frames of sound pass.
    var wantsAudio = true
    /// Whether pictures pass; after an interruption from the next keyframe on.
    var wantsVideo = true {
        didSet { if wantsVideo, !oldValue { waitsForKeyframe = true } }
    }
    private var waitsForKeyframe = false
    /// How many frames were left out.
    private(set) var leftOutFrames = 0

    /// Makes a filter for bytes in chunks of `chunkSize`, 2 or more.
    init(chunkSize: Int) {
        self.chunkSize = max(2, chunkSize)
    }

    var passesEverything: Bool { wantsAudio && wantsVideo && !waitsForKeyframe }

    /// The messages of `bytes` that are wanted.
    mutating func wanted(of bytes: ByteBuffer) -> ByteBuffer {
        var rest = bytes
        var wanted = ByteBuffer()
        while let message = Self.nextMessage(in: rest, chunkSize: chunkSize),
            let slice = rest.readSlice(length: message.size)
        {
            if passes(message) {
                wanted.writeImmutableBuffer(slice)
            } else {
                leftOutFrames += 1
            }
        }
        return wanted
    }

    private mutating func passes(_ message: Message) -> Bool {
        switch message.type {
        case .audio:
            return wantsAudio || message.purpose == .description
        case .video:
            if message.purpose == .description { return true }
            guard wantsVideo else { return false }
            if waitsForKeyframe, message.purpose == .syncFrame { waitsForKeyframe = false }
            return !waitsForKeyframe
        default:
            return true
        }
    }

    private struct Message {
        var type: RTMPMessageType
        /// With all its headers.
        var size: Int
        /// What the body is for; `nil` for what is neither sound nor pictures.
        var purpose: FLVTagPurpose?
    }

    /// What a body begins with, put together of as many chunks as that takes.
    private static func beginning(
        of length: Int, at index: Int, continuation: Int, in bytes: ByteBuffer, _ chunkSize: Int
    ) -> ByteBuffer {
        let wanted = min(length, FLVTagPurpose.headerLength)
        if wanted <= chunkSize { return bytes.getSlice(at: index, length: wanted) ?? ByteBuffer() }
        var beginning = ByteBuffer()
        var index = index
        while beginning.readableBytes < wanted,
            let part = bytes.getSlice(at: index, length: min(chunkSize, wanted - beginning.readableBytes))
        {
            beginning.writeImmutableBuffer(part)
            index += chunkSize + continuation
        }
        return beginning
    }

    /// Reads the full header of the message that `bytes` begins with (RTMP 1.0 §5.3.1.2.1).
    private static func nextMessage(in bytes: ByteBuffer, chunkSize: Int) -> Message? {
        let index = bytes.readerIndex
        guard let time = bytes.getInteger(at: index + 1, as: UInt32.self).map({ $0 >> 8 }),
            let length = bytes.getInteger(at: index + 4, as: UInt32.self).map({ Int($0 >> 8) }),
            let type = bytes.getInteger(at: index + 7, as: UInt8.self)
        else { return nil }
        let extended = time == 0xFF_FFFF ? 4 : 0
        let header = 12 + extended
        let continuations = max(0, length - 1) / chunkSize
        let start = beginning(of: length, at: index + header, continuation: 1 + extended, in: bytes, chunkSize)
        let messageType = RTMPMessageType(rawValue: type)
        let purpose: FLVTagPurpose? =
            switch messageType {
            case .audio: FLVTagPurpose(audio: start)
            case .video: FLVTagPurpose(video: start)
            default: nil
            }
        return Message(type: messageType, size: header + length + continuations * (1 + extended), purpose: purpose)
    }
}
