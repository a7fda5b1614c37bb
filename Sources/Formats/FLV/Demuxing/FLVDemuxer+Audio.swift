import CodecParsing
import MediaModel
import NIOCore

extension FLVDemuxer {
    mutating func demuxAudio(
        _ body: ByteBuffer, at timestamp: UInt32, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var payload = body
        let header = try AudioTagHeader(reading: &payload)
        // FFmpeg sends an empty AAC configuration until its encoder has one, others empty frames for silence.
        guard payload.readableBytes > 0 else { return }
        let id = Track.ID(.audio)
        switch header.aacPacketType {
        case .sequenceHeader:
            try configureAAC(id, record: payload, into: &elements)
        case .frame:
            if let adts = ADTSHeader(parsing: payload) {
                try demuxADTS(adts, payload, id, at: timestamp, into: &elements)
            } else {
                guard let track = tracks[id], track.codec == .aac else { throw .frameBeforeConfiguration(.aac) }
                elements.append(.frame(track.soundFrame(at: Int64(timestamp), payload)))
            }
        case nil:
            let track = soundTrack(id, header, payload: payload, into: &elements)
            elements.append(.frame(track.soundFrame(at: Int64(timestamp), payload)))
        }
    }

    private mutating func configureAAC(
        _ id: Track.ID, record: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        if let known = tracks[id]?.configuration, known.codec == .aac, known.record == record { return }
        do throws(AudioSpecificConfigFault) {
            // A copy of its own: the record lives for as long as the stream, the network buffer should not.
            configure(id, try .aac(record: ByteBuffer(buffer: record)), into: &elements)
        } catch {
            throw .malformedAudioConfig(error)
        }
    }

    /// Takes off the headers that have no place here; they stand in for a configuration that is missing.
    private mutating func demuxADTS(
        _ header: ADTSHeader, _ payload: ByteBuffer, _ id: Track.ID, at timestamp: UInt32,
        into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var frames = ADTSFrames(payload)
        guard let first = frames.next(), first.readableBytes > 0 else { throw .malformedFrame(.aac) }
        let known = tracks[id]
        let track =
            if let known, known.codec == .aac { known } else { configure(id, .aac(header.config), into: &elements) }
        elements.append(.frame(track.soundFrame(at: Int64(timestamp), first)))
        var samples: Int64 = 0
        while let frame = frames.next() {
            samples += Int64(track.configuration.audio?.samplesPerFrame ?? 1024)
            let rate = Int64(max(1, track.configuration.audio?.sampleRate ?? header.samplingFrequency))
            guard frame.readableBytes > 0 else { continue }
            elements.append(.frame(track.soundFrame(at: Int64(timestamp) + samples * 1000 / rate, frame)))
        }
    }

    /// The track of a format that has no configuration: made from the first tag, and anew when its flags change.
    private mutating func soundTrack(
        _ id: Track.ID, _ header: AudioTagHeader, payload: ByteBuffer, into elements: inout [StreamElement]
    ) -> Track {
        let codec = header.format.codec
        if let track = tracks[id], track.codec == codec, tracks.soundFlags == header { return track }
        let configuration = CodecConfiguration(audio: codec, format: header.audioFormat(firstFrame: payload))
        tracks.soundFlags = header
        return configure(id, configuration, into: &elements)
    }
}

extension Track {
    fileprivate func soundFrame(at decodeTime: Int64, _ payload: ByteBuffer) -> MediaFrame {
        MediaFrame(track: self, decodeTime: decodeTime, isSync: true, payload: payload)
    }
}
