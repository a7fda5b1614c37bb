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
        let time = SoundTime(timestamp: timestamp)
        switch header.aacPacketType {
        case .sequenceHeader:
            try configureAudio(id, .aac, record: payload, into: &elements)
        case .frame:
            try demuxAAC(payload, id, at: time, into: &elements)
        case nil:
            let track = try soundTrack(id, header, payload: payload, into: &elements)
            elements.append(.frame(track.soundFrame(at: time, payload)))
        }
    }

    mutating func demuxAAC(
        _ payload: ByteBuffer, _ id: Track.ID, at time: SoundTime, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        if let adts = ADTSHeader(parsing: payload) {
            try demuxADTS(adts, payload, id, at: time, into: &elements)
        } else {
            guard let track = tracks[id], track.codec == .aac else { throw .frameBeforeConfiguration(.aac) }
            elements.append(.frame(track.soundFrame(at: time, payload)))
        }
    }

    /// Takes a record of a coding that has one; not empty.
    mutating func configureAudio(
        _ id: Track.ID, _ codec: Codec, record: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        if let known = tracks[id]?.configuration, known.codec == codec, known.record == record { return }
        guard record.readableBytes <= limits.recordBytes else { throw .recordTooLong(record.readableBytes) }
        // A copy of its own: the record lives for as long as the stream, the network buffer should not.
        let record = ByteBuffer(buffer: record)
        let configuration: CodecConfiguration
        if codec == .aac {
            do throws(AudioSpecificConfigFault) {
                configuration = try .aac(record: record)
            } catch {
                throw .malformedAudioConfig(error)
            }
        } else {
            do throws(ConfigurationRecordFault) {
                configuration = try codec == .opus ? .opus(record: record) : .flac(record: record)
            } catch {
                throw .malformedRecord(error)
            }
        }
        // FFmpeg tells length and checksum of the whole sound at its end, which is no other decoder's affair.
        if codec == .flac, let known = tracks.entry(id)?.described, known.codec == .flac,
            known.audio == configuration.audio
        {
            return
        }
        try configure(id, configuration, into: &elements)
    }

    /// Takes off the headers that have no place here; they stand in for a configuration that is missing.
    private mutating func demuxADTS(
        _ header: ADTSHeader, _ payload: ByteBuffer, _ id: Track.ID, at time: SoundTime,
        into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var frames = ADTSFrames(payload)
        guard let first = frames.next(), first.readableBytes > 0 else { throw .malformedFrame(.aac) }
        let known = tracks[id]
        let track =
            if let known, known.codec == .aac { known } else { try configure(id, .aac(header.config), into: &elements) }
        elements.append(.frame(track.soundFrame(at: time, first)))
        var samples: Int64 = 0
        var count = 1
        while let frame = frames.next() {
            count += 1
            guard count <= limits.soundFrames else { throw .tooManyFrames(.aac) }
            samples += Int64(track.configuration.audio?.samplesPerFrame ?? 1024)
            let rate = Int64(max(1, track.configuration.audio?.sampleRate ?? header.samplingFrequency))
            guard frame.readableBytes > 0 else { continue }
            elements.append(.frame(track.soundFrame(at: time, later: samples * 1000 / rate, frame)))
        }
    }

    /// The track of a format that has no configuration: made from the first tag, and anew when its flags change.
    private mutating func soundTrack(
        _ id: Track.ID, _ header: AudioTagHeader, payload: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) -> Track {
        let codec = header.format.codec
        if let entry = tracks.entry(id), let track = entry.track, track.codec == codec, entry.soundFlags == header {
            return track
        }
        let configuration =
            codec == .opus
            ? CodecConfiguration.opus(OpusIdentificationHeader(channelCount: header.isStereo ? 2 : 1))
            : CodecConfiguration(audio: codec, format: header.audioFormat(firstFrame: payload))
        try tracks.update(id, limits: limits) { $0.soundFlags = header }
        return try configure(id, configuration, into: &elements)
    }
}

/// When sound is played.
struct SoundTime {
    /// In milliseconds modulo 2^32.
    var timestamp: UInt32
    /// Beyond those.
    var nanoseconds: UInt32 = 0
}

extension Track {
    /// A frame that begins `later` milliseconds after `time`.
    func soundFrame(at time: SoundTime, later: Int64 = 0, _ payload: ByteBuffer) -> MediaFrame {
        MediaFrame(
            track: self, decodeTime: Int64(time.timestamp) + later, presentationNanoseconds: time.nanoseconds,
            isSync: true, payload: payload)
    }
}
