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
            return try configureVideo(id, header.codecID, record: payload, into: &elements)
        }
        if header.codecID == .avc {
            guard let repaired = AVCPayload.repaired(payload, nalUnitLength: tracks.nalUnitLength) else {
                throw .malformedFrame(.h264)
            }
            payload = repaired
        }
        let track = try videoTrack(id, header, payload: payload, into: &elements)
        elements.append(
            .frame(
                MediaFrame(
                    track: track, decodeTime: Int64(timestamp), compositionOffset: header.compositionTime,
                    isSync: header.frameType == .key || header.frameType == .generatedKey,
                    isDisposable: header.frameType == .disposableInter, payload: payload)))
    }

    private mutating func configureVideo(
        _ id: Track.ID, _ codecID: FLVVideoCodecID, record: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        // Many encoders repeat it before every key frame: nothing new, nothing to parse.
        if let known = tracks[id]?.configuration, known.codec == codecID.codec, known.record == record { return }
        // A copy of its own: the record lives for as long as the stream, the network buffer should not.
        let record = ByteBuffer(buffer: record)
        guard codecID == .avc else {
            configure(id, CodecConfiguration(video: codecID.codec, record: record), into: &elements)
            return
        }
        let parsed: AVCDecoderConfigurationRecord
        do throws(ConfigurationRecordFault) {
            parsed = try AVCDecoderConfigurationRecord(parsing: record)
        } catch {
            throw .malformedRecord(error)
        }
        // A record without parameter sets, as drones send it, tells no decoder anything: they will be in the frames.
        guard parsed.isComplete || tracks[id]?.codec != .h264 else { return }
        tracks.nalUnitLength = parsed.nalUnitLength
        guard parsed.isComplete else { return }
        configure(id, .avc(parsed, bytes: record), into: &elements)
    }

    /// The track that a frame belongs to, made from the frame itself where that can be.
    private mutating func videoTrack(
        _ id: Track.ID, _ header: VideoTagHeader, payload: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) -> Track {
        let codec = header.codecID.codec
        if let track = tracks[id], track.codec == codec { return track }
        if !header.codecID.needsSequenceHeader {
            return configure(id, CodecConfiguration(video: codec), into: &elements)
        }
        guard header.codecID == .avc, header.frameType == .key,
            let record = AVCPayload.record(in: payload, nalUnitLength: tracks.nalUnitLength)
        else { throw .frameBeforeConfiguration(codec) }
        return configure(id, .avc(record), into: &elements)
    }
}
