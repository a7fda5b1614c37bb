import CodecParsing
import MediaModel
import NIOCore

extension FLVDemuxer {
    mutating func demuxVideo(
        _ body: ByteBuffer, at timestamp: UInt32, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var payload = body
        let header = try VideoTagHeader(reading: &payload)
        guard header.frameType != .command, header.packetType != .endOfSequence, payload.readableBytes > 0 else {
            return
        }
        let id = Track.ID(.video)
        if header.packetType == .sequenceHeader {
            return try configureVideo(id, header.codecID.codec, record: payload, into: &elements)
        }
        try demuxPicture(
            id, header.codecID.codec, payload,
            PictureTiming(timestamp: timestamp, compositionTime: header.compositionTime, frameType: header.frameType),
            into: &elements)
    }

    /// Makes a frame of what stands behind a header of either form.
    mutating func demuxPicture(
        _ id: Track.ID, _ codec: Codec, _ payload: ByteBuffer, _ timing: PictureTiming,
        into elements: inout [StreamElement]
    ) throws(FLVFault) {
        guard let payload = repaired(payload, codec, id) else { throw .malformedFrame(codec) }
        let track = try videoTrack(id, codec, isKey: timing.isKey, payload: payload, into: &elements)
        elements.append(
            .frame(
                MediaFrame(
                    track: track, decodeTime: Int64(timing.timestamp), compositionOffset: timing.compositionTime,
                    presentationNanoseconds: timing.nanoseconds, isSync: timing.isKey,
                    isDisposable: timing.frameType == .disposableInter, payload: payload)))
    }

    /// The frame as its coding has it in FLV; `nil` when nothing is left of it.
    private func repaired(_ payload: ByteBuffer, _ codec: Codec, _ id: Track.ID) -> ByteBuffer? {
        switch codec {
        case .h264, .h265, .h266:
            return NALUnitPayload.repaired(payload, nalUnitLength: tracks.nalUnitLength(of: id))
        case .av1:
            let units = payload.withoutAV1TemporalDelimiters()
            return units.readableBytes > 0 ? units : nil
        default:
            return payload
        }
    }

    // MARK: Configuration

    mutating func configureVideo(
        _ id: Track.ID, _ codec: Codec, record: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        // Many encoders repeat it before every key frame: nothing new, nothing to parse.
        if let known = tracks[id]?.configuration, known.codec == codec, known.record == record { return }
        guard record.readableBytes <= limits.recordBytes else { throw .recordTooLong(record.readableBytes) }
        // A copy of its own: the record lives for as long as the stream, the network buffer should not.
        let described: DescribedPictures
        do throws(ConfigurationRecordFault) {
            described = try DescribedPictures(codec, record: ByteBuffer(buffer: record))
        } catch {
            throw .malformedRecord(error)
        }
        // A record without parameter sets, as drones send it, tells no decoder anything: they will be in the frames.
        guard described.isComplete || tracks[id]?.codec != codec else { return }
        if let nalUnitLength = described.nalUnitLength {
            try tracks.update(id, limits: limits) { $0.nalUnitLength = nalUnitLength }
        }
        let configuration = described.configuration
        // The same record in another form is no change: what key frames told beyond it still holds.
        if let known = tracks[id]?.configuration, known.codec == codec, known.record == configuration.record { return }
        guard described.isComplete else { return }
        try configure(id, configuration, into: &elements)
    }

    /// The track that a frame belongs to, made from the frame itself where that can be.
    private mutating func videoTrack(
        _ id: Track.ID, _ codec: Codec, isKey: Bool, payload: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) -> Track {
        if let track = tracks[id], track.codec == codec {
            // Key frames of VP8 and VP9 tell the size of the pictures, which no record does.
            guard isKey, codec == .vp8 || codec == .vp9, let described = tracks.entry(id)?.described else {
                return track
            }
            return try configure(id, described.withSize(fromKeyFrame: payload), into: &elements)
        }
        guard let configuration = configuration(codec, isKey: isKey, payload: payload, id) else {
            throw .frameBeforeConfiguration(codec)
        }
        return try configure(id, configuration, into: &elements)
    }

    /// The configuration that the first frame of a track tells.
    private func configuration(
        _ codec: Codec, isKey: Bool, payload: ByteBuffer, _ id: Track.ID
    ) -> CodecConfiguration? {
        switch codec {
        case .h264:
            guard isKey else { return nil }
            return NALUnitPayload.avcRecord(in: payload, nalUnitLength: tracks.nalUnitLength(of: id)).map {
                .avc($0)
            }
        case .h265:
            guard isKey else { return nil }
            return NALUnitPayload.hevcRecord(in: payload, nalUnitLength: tracks.nalUnitLength(of: id)).map {
                .hevc($0)
            }
        case .h266: return nil
        case .av1: return isKey ? .av1(firstFrame: payload) : nil
        case .vp8: return isKey ? .vp8(keyFrame: payload) ?? CodecConfiguration(video: codec) : nil
        case .vp9: return isKey ? .vp9(keyFrame: payload) ?? CodecConfiguration(video: codec) : nil
        default: return CodecConfiguration(video: codec)
        }
    }
}

/// When a picture is decoded and shown, and what it depends on.
struct PictureTiming {
    /// In milliseconds modulo 2^32.
    var timestamp: UInt32
    /// In milliseconds.
    var compositionTime: Int32
    /// Beyond the milliseconds of the presentation time.
    var nanoseconds: UInt32 = 0
    var frameType: VideoTagHeader.FrameType

    /// Whether decoding can begin with it.
    var isKey: Bool { frameType == .key || frameType == .generatedKey }
}
