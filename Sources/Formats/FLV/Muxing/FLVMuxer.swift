public import MediaModel
import NIOCore

/// Makes tags of stream elements: the inverse of ``FLVDemuxer``.
///
/// It keeps nothing: what it makes depends on the element alone, so that the bytes can be shared by all viewers. Tracks
/// other than the default one of each kind, and codecs that have no number in FLV, cannot be said and give `nil`.
public struct FLVMuxer: Sendable {
    /// Makes a muxer.
    public init() {}

    /// The tag of a frame.
    public func parts(for frame: MediaFrame) -> FLVTagParts? {
        let track = frame.track
        guard track.id.number == 0 else { return nil }
        let timestamp = track.timescale.convert(frame.decodeTime, to: .milliseconds)
        switch track.kind {
        case .video:
            guard let codecID = FLVVideoCodecID(track.codec) else { return nil }
            return video(
                VideoTagHeader(
                    frameType: frame.isSync ? .key : frame.isDisposable ? .disposableInter : .inter, codecID: codecID,
                    packetType: codecID.hasPacketType ? .frame : nil,
                    compositionTime: Self.compositionTime(of: frame, decodeTime: timestamp)),
                at: timestamp, payload: frame.payload)
        case .audio:
            guard let format = FLVSoundFormat(track.codec) else { return nil }
            return audio(
                AudioTagHeader(format: format, of: track.configuration.audio), at: timestamp, payload: frame.payload)
        }
    }

    /// The sequence header of a track, to be sent before its first frame; `nil` when it has none or needs none.
    public func sequenceHeader(for track: Track, timestampMilliseconds: Int64) -> FLVTagParts? {
        let record = track.configuration.record
        guard track.id.number == 0, record.readableBytes > 0 else { return nil }
        switch track.kind {
        case .video:
            guard let codecID = FLVVideoCodecID(track.codec), codecID.hasPacketType else { return nil }
            return video(
                VideoTagHeader(frameType: .key, codecID: codecID, packetType: .sequenceHeader),
                at: timestampMilliseconds, payload: record)
        case .audio:
            guard track.codec == .aac else { return nil }
            return audio(
                AudioTagHeader(format: .aac, aacPacketType: .sequenceHeader), at: timestampMilliseconds,
                payload: record)
        }
    }

    /// The tag of metadata or of another data message.
    public func parts(for message: DataMessage) -> FLVTagParts {
        FLVTagParts(
            type: .scriptData, timestampMilliseconds: UInt32(truncatingIfNeeded: message.timestampMilliseconds),
            prefix: ByteBuffer(), payload: message.payload)
    }

    private func video(_ header: VideoTagHeader, at timestamp: Int64, payload: ByteBuffer) -> FLVTagParts {
        var prefix = ByteBuffer()
        header.write(into: &prefix)
        return FLVTagParts(
            type: .video, timestampMilliseconds: UInt32(truncatingIfNeeded: timestamp), prefix: prefix,
            payload: payload)
    }

    private func audio(_ header: AudioTagHeader, at timestamp: Int64, payload: ByteBuffer) -> FLVTagParts {
        var prefix = ByteBuffer()
        header.write(into: &prefix)
        return FLVTagParts(
            type: .audio, timestampMilliseconds: UInt32(truncatingIfNeeded: timestamp), prefix: prefix,
            payload: payload)
    }

    /// The composition time in milliseconds, such that it lands on the rounded presentation time.
    private static func compositionTime(of frame: MediaFrame, decodeTime: Int64) -> Int32 {
        let presentationTime = frame.track.timescale.convert(frame.presentationTime, to: .milliseconds)
        let range = VideoTagHeader.compositionTimes
        return Int32(truncatingIfNeeded: min(max(presentationTime &- decodeTime, range.lowerBound), range.upperBound))
    }
}
