public import MediaModel
import NIOCore

/// Makes tags of stream elements: the inverse of ``FLVDemuxer``.
///
/// It keeps nothing: what it makes depends on the element and on what the receiver can take alone, so that the bytes can
/// be shared by all receivers of the same capabilities. What a receiver cannot take gives `nil`; ``omitted(_:)`` tells why.
public struct FLVMuxer: Sendable {
    /// What the receiver can take.
    public let capabilities: ReceiverCapabilities

    /// Makes a muxer.
    ///
    /// The default is for receivers of which nothing is known, such as HTTP-FLV players: the default tracks, H.265, AV1,
    /// VP8, VP9 and Opus by the informal codec ids that such players know.
    public init(capabilities: ReceiverCapabilities = .informal) {
        self.capabilities = capabilities
    }

    /// Which of `tracks` the receiver is not given, and why.
    public func omitted(_ tracks: [Track]) -> [OmittedTrack<FLVOmission>] {
        tracks.compactMap { track in
            guard case .none(let reason) = capabilities.carriage(of: track) else { return nil }
            return OmittedTrack(id: track.id, codec: track.codec, reason: reason)
        }
    }

    /// The tag of a frame; `nil` when the receiver is not given its track.
    public func parts(for frame: MediaFrame) -> FLVTagParts? {
        let track = frame.track
        let timestamp = track.timescale.convert(frame.decodeTime, to: .milliseconds)
        var prefix = ByteBuffer()
        prefix.reserveCapacity(Self.prefixLength)
        switch capabilities.carriage(of: track) {
        case .none:
            return nil
        case .legacyVideo(let codecID):
            VideoTagHeader(
                frameType: Self.frameType(of: frame), codecID: codecID,
                packetType: codecID.hasPacketType ? .frame : nil,
                compositionTime: Self.compositionTime(of: frame, decodeTime: timestamp)
            ).write(into: &prefix)
        case .legacyAudio(let format):
            AudioTagHeader(format: format, of: track.configuration.audio).write(into: &prefix)
        case .extended(let fourCC):
            writeExtendedHeader(of: frame, fourCC, decodeTime: timestamp, into: &prefix)
        }
        return FLVTagParts(track.kind, at: timestamp, prefix: prefix, payload: frame.payload)
    }

    /// The tag of metadata or of another data message, as it is.
    public func parts(for message: DataMessage) -> FLVTagParts {
        FLVTagParts(
            type: .scriptData, timestampMilliseconds: UInt32(truncatingIfNeeded: message.timestampMilliseconds),
            prefix: ByteBuffer(), payload: message.payload)
    }

    /// Room for the longest header of a frame: first byte, ModEx, multitrack, FourCC, track, composition time.
    private static let prefixLength = 20

    static func frameType(of frame: MediaFrame) -> VideoTagHeader.FrameType {
        frame.isSync ? .key : frame.isDisposable ? .disposableInter : .inter
    }

    /// The composition time in milliseconds, such that it lands on the rounded presentation time.
    static func compositionTime(of frame: MediaFrame, decodeTime: Int64) -> Int32 {
        let presentationTime = frame.track.timescale.convert(frame.presentationTime, to: .milliseconds)
        let range = VideoTagHeader.compositionTimes
        return Int32(truncatingIfNeeded: min(max(presentationTime &- decodeTime, range.lowerBound), range.upperBound))
    }
}

extension FLVTagParts {
    init(_ kind: MediaKind, at timestamp: Int64, prefix: ByteBuffer, payload: ByteBuffer) {
        self.init(
            type: kind == .video ? .video : .audio, timestampMilliseconds: UInt32(truncatingIfNeeded: timestamp),
            prefix: prefix, payload: payload)
    }
}
