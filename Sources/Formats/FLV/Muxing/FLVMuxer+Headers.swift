import ByteCoding
public import MediaModel
import NIOCore

/// What a receiver must have before the first frame of a track.
extension FLVMuxer {
    /// The tags that describe a track, to be sent before its first frame and again at each change: the sequence header,
    /// then loudspeakers or colours.
    ///
    /// None when the receiver is not given the track or needs none.
    public func headers(for track: Track, timestampMilliseconds: Int64) -> [FLVTagParts] {
        [
            sequenceHeader(for: track, timestampMilliseconds: timestampMilliseconds),
            multichannelConfig(for: track, timestampMilliseconds: timestampMilliseconds),
            colorInfo(for: track, timestampMilliseconds: timestampMilliseconds),
        ].compactMap { $0 }
    }

    /// The sequence header, or sequence start, of a track; `nil` when it has none or needs none.
    public func sequenceHeader(for track: Track, timestampMilliseconds: Int64) -> FLVTagParts? {
        let record = track.configuration.record
        var prefix = ByteBuffer()
        switch capabilities.carriage(of: track) {
        case .none:
            return nil
        case .legacyVideo(let codecID):
            guard codecID.hasPacketType, record.readableBytes > 0 else { return nil }
            VideoTagHeader(frameType: .key, codecID: codecID, packetType: .sequenceHeader).write(into: &prefix)
        case .legacyAudio(let format):
            guard format == .aac, record.readableBytes > 0 else { return nil }
            AudioTagHeader(format: .aac, aacPacketType: .sequenceHeader).write(into: &prefix)
        case .extended(let fourCC):
            guard let body = Self.sequenceStart(fourCC, record: record) else { return nil }
            return extendedTag(
                track, fourCC, audio: .sequenceStart, video: .sequenceStart, at: timestampMilliseconds, payload: body)
        }
        return FLVTagParts(track.kind, at: timestampMilliseconds, prefix: prefix, payload: record)
    }

    /// The body of a sequence start: the record in the form that it has on the wire; `nil` when there is no use for one.
    private static func sequenceStart(_ fourCC: FourCC, record: ByteBuffer) -> ByteBuffer? {
        switch fourCC {
        case .mp3:
            return nil
        case .ac3, .eac3:
            // Their frames tell all; FFmpeg sends an empty one.
            return ByteBuffer()
        case .opus:
            return record
        case .flac:
            guard record.readableBytes > 0 else { return nil }
            // The stream's magic, and the header of a block that is the last and the stream's description.
            var body = ByteBuffer(bytes: [0x66, 0x4C, 0x61, 0x43, 0x80])
            body.writeUInt24(UInt32(truncatingIfNeeded: record.readableBytes))
            body.writeImmutableBuffer(record)
            return body
        case .vp8, .vp9:
            guard record.readableBytes > 0 else { return nil }
            // With version and flags of the box, which the record does not have: FFmpeg writes them and others wait for
            // them.
            var body = ByteBuffer(bytes: [1, 0, 0, 0])
            body.writeImmutableBuffer(record)
            return body
        default:
            return record.readableBytes > 0 ? record : nil
        }
    }

    /// The loudspeakers of a track that the receiver gets in the extended form.
    private func multichannelConfig(for track: Track, timestampMilliseconds: Int64) -> FLVTagParts? {
        guard let format = track.configuration.audio, let fourCC = describedCode(of: track) else { return nil }
        // Of Opus without a header nothing else tells the number of channels.
        let isOnlyWord = fourCC == .opus && track.configuration.record.readableBytes == 0
        guard format.channelLayout != nil || isOnlyWord else { return nil }
        var body = ByteBuffer()
        MultichannelConfig(channelCount: UInt8(clamping: format.channelCount), layout: format.channelLayout)
            .write(into: &body)
        return extendedTag(
            track, fourCC, audio: .multichannelConfig, video: .metadata, at: timestampMilliseconds, payload: body)
    }

    /// The colours of a track, for receivers of metadata; empty where nothing is known, which takes back what was said
    /// before.
    private func colorInfo(for track: Track, timestampMilliseconds: Int64) -> FLVTagParts? {
        guard track.kind == .video, capabilities.takesVideoMetadata, let fourCC = describedCode(of: track) else {
            return nil
        }
        let info = track.configuration.video.map(ColorInfo.init) ?? ColorInfo()
        var body = ByteBuffer()
        info.write(into: &body)
        // The frame type means nothing here, but FFmpeg knows metadata by this one. Among several tracks it would make
        // the tag a command.
        return extendedTag(
            track, fourCC, audio: .multichannelConfig, video: .metadata,
            frameType: track.id.number == 0 ? .command : .key, at: timestampMilliseconds, payload: body)
    }

    /// The FourCC under which something can be said about a track that the receiver gets.
    private func describedCode(of track: Track) -> FourCC? {
        switch capabilities.carriage(of: track) {
        case .extended(let fourCC): fourCC
        // Beside old tags a new one would look to an old player like another codec; and what there is to say, the
        // parameter sets of H.264 and the configuration of AAC say too.
        case .legacyVideo, .legacyAudio, .none: nil
        }
    }
}
