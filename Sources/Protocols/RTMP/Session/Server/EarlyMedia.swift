import NIOCore

/// What a publisher sends before its publish is accepted, as far as nothing could be decoded without it.
///
/// Sequence headers and metadata come once, so they are kept; frames are not, for the next key frame makes up for them.
struct EarlyMedia: Sendable {
    private(set) var messages: [RTMPMedia] = []
    private var bytes = 0

    /// Keeps `media` if it is needed later and there is room.
    mutating func keep(_ media: RTMPMedia, isMetadata: Bool, within configuration: RTMPServerSession.Configuration) {
        guard isMetadata || media.isSequenceHeader, messages.count < configuration.earlyMediaMessages,
            bytes + media.payload.readableBytes <= configuration.earlyMediaBytes
        else { return }
        messages.append(media)
        bytes += media.payload.readableBytes
    }

    /// Forgets metadata.
    mutating func clearMetadata() {
        messages.removeAll { $0.kind == .data }
        bytes = messages.reduce(0) { $0 + $1.payload.readableBytes }
    }
}

extension RTMPMedia {
    /// Whether this is a sequence header or sequence start, or metadata of a codec (FLV 10.1 §E.4, Enhanced RTMP v2).
    ///
    /// A look at the first two bytes, which is enough to decide whether to keep a message for a moment.
    var isSequenceHeader: Bool {
        guard let first = payload.getInteger(at: payload.readerIndex, as: UInt8.self) else { return false }
        let second = payload.getInteger(at: payload.readerIndex + 1, as: UInt8.self)
        let low = first & 0x0F
        switch kind {
        case .audio:
            switch first >> 4 {
            case 9: return Self.begins(packetType: low, multitrack: 5, second)
            case 10: return second == 0
            default: return false
            }
        case .video:
            if first & 0x80 != 0 { return Self.begins(packetType: low, multitrack: 6, second) }
            return [7, 12, 13].contains(low) && second == 0
        case .data:
            return false
        }
    }

    /// Enhanced RTMP: SequenceStart is 0; 4 is MultichannelConfig of audio and Metadata of video; 5 is the
    /// MPEG2TSSequenceStart of video.
    ///
    /// Within multitrack the packet type is in the next byte.
    private static func begins(packetType: UInt8, multitrack: UInt8, _ second: UInt8?) -> Bool {
        let type = packetType == multitrack ? (second ?? 1) & 0x0F : packetType
        return type == 0 || type == 4 || (type == 5 && multitrack == 6)
    }
}
