public import NIOCore

/// What the body of an audio or video tag is for, as its headers tell, in the old form and the extended one.
public enum FLVTagPurpose: Hashable, Sendable {
    /// What must be known before frames can be decoded or shown: a sequence header, colours, loudspeakers.
    case description
    /// A frame with which decoding can begin; every frame of sound is one.
    case syncFrame
    /// A frame that refers to others.
    case frame
    /// A command, the end of a sequence, or nothing that can be understood.
    case other

    /// How much of a body is needed to tell, in bytes; the headers of what ``FLVMuxer`` writes are shorter.
    public static let headerLength = 32

    /// Tells the purpose of the body of a tag of sound, of which the beginning is enough.
    public init(audio body: ByteBuffer) {
        var body = body
        if body.getInteger(at: body.readerIndex, as: UInt8.self).map({ $0 >> 4 }) == FLVSoundFormat.extendedHeader {
            // What cannot be read is of no use to anybody.
            switch (try? ExAudioTagHeader(reading: &body))?.packetType {
            case .codedFrames: self = .syncFrame
            case .sequenceStart, .multichannelConfig: self = .description
            case .sequenceEnd, nil: self = .other
            }
        } else if let header = try? AudioTagHeader(reading: &body) {
            self = header.aacPacketType == .sequenceHeader ? .description : .syncFrame
        } else {
            self = .other
        }
    }

    /// Tells the purpose of the body of a tag of pictures, of which the beginning is enough.
    public init(video body: ByteBuffer) {
        var body = body
        let first = body.getInteger(at: body.readerIndex, as: UInt8.self) ?? 0
        if first & VideoTagHeader.extendedHeader != 0 {
            // What cannot be read is of no use to anybody.
            guard let header = try? ExVideoTagHeader(reading: &body), case .packets(let packetType, _) = header.content
            else {
                self = .other
                return
            }
            switch packetType {
            case .codedFrames, .codedFramesX: self = header.frameType == .key ? .syncFrame : .frame
            case .sequenceStart, .mpeg2TSSequenceStart, .metadata: self = .description
            case .sequenceEnd: self = .other
            }
        } else if let header = try? VideoTagHeader(reading: &body), header.frameType != .command {
            switch header.packetType {
            case .sequenceHeader: self = .description
            case .endOfSequence: self = .other
            case .frame, nil: self = header.frameType == .key || header.frameType == .generatedKey ? .syncFrame : .frame
            }
        } else {
            self = .other
        }
    }
}
