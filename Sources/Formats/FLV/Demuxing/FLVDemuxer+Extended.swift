import ByteCoding
import CodecParsing
import MediaModel
import NIOCore

/// Tags of Enhanced RTMP.
///
/// What is wrong with the header, or with the table of tracks, costs the tag; what is wrong with one of several tracks
/// costs that one.
extension FLVDemuxer {
    mutating func demuxExtendedVideo(
        _ body: ByteBuffer, at timestamp: UInt32, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var rest = body
        let header = try ExVideoTagHeader(reading: &rest)
        guard case .packets(let packetType, let layout) = header.content else { return }
        var timing = PictureTiming(
            timestamp: timestamp, compositionTime: 0, nanoseconds: header.modEx.nanoseconds,
            frameType: header.frameType ?? .inter)
        for packet in try ExTrackPackets(rest, layout: layout) {
            do throws(FLVFault) {
                timing.compositionTime = 0
                try demux(packet, packetType, &timing, into: &elements)
            } catch {
                skip(error)
            }
        }
    }

    mutating func demuxExtendedAudio(
        _ body: ByteBuffer, at timestamp: UInt32, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var rest = body
        let header = try ExAudioTagHeader(reading: &rest)
        let time = SoundTime(timestamp: timestamp, nanoseconds: header.modEx.nanoseconds)
        for packet in try ExTrackPackets(rest, layout: header.layout) {
            do throws(FLVFault) {
                try demux(packet, header.packetType, time, into: &elements)
            } catch {
                skip(error)
            }
        }
    }

    // MARK: Video

    private mutating func demux(
        _ packet: ExTrackPacket, _ packetType: ExVideoTagHeader.PacketType, _ timing: inout PictureTiming,
        into elements: inout [StreamElement]
    ) throws(FLVFault) {
        let fourCC = packet.fourCC
        guard let codec = fourCC.codec, codec.kind == .video else { throw .unknownFourCC(fourCC) }
        let id = Track.ID(.video, packet.trackID)
        var body = packet.body
        switch packetType {
        case .sequenceStart:
            guard body.readableBytes > 0 else { return }
            try configureVideo(id, codec, record: body, into: &elements)
        case .mpeg2TSSequenceStart:
            guard codec == .av1 else { throw .unexpectedFourCC(fourCC) }
            try configureVideo(id, codec, record: try AV1VideoDescriptor.record(body), into: &elements)
        case .codedFrames:
            if fourCC.hasCompositionTime {
                guard let compositionTime = body.readInt24() else { throw .truncatedHeader }
                timing.compositionTime = compositionTime
            } else if codec == .av1, let compositionTime = Self.strayCompositionTime(before: body) {
                body.moveReaderIndex(forwardBy: 3)
                timing.compositionTime = compositionTime
            }
            guard body.readableBytes > 0 else { return }
            try demuxPicture(id, codec, body, timing, into: &elements)
        case .codedFramesX:
            guard body.readableBytes > 0 else { return }
            try demuxPicture(id, codec, body, timing, into: &elements)
        case .metadata:
            guard let info = try ColorInfo(parsing: body) else { return }
            // FFmpeg sends those of a further track as if they were of the default one.
            if let track = tracks[id], track.codec != codec { throw .unexpectedFourCC(fourCC) }
            try update(id, into: &elements) { $0.colorInfo = (fourCC, info) }
        case .sequenceEnd:
            return
        }
    }

    /// The composition time that GStreamer writes before AV1, which has none, when it is not 0.
    ///
    /// Its first byte, 0 or 255, is that of no OBU.
    private static func strayCompositionTime(before body: ByteBuffer) -> Int32? {
        var rest = body
        guard let first = body.getInteger(at: body.readerIndex, as: UInt8.self), first == 0 || first == 0xFF,
            let compositionTime = rest.readInt24()
        else { return nil }
        var units = AV1OBUs(rest)
        guard let type = units.next()?.type.rawValue, (1...8).contains(type), units.isWellFormed else { return nil }
        return compositionTime
    }

    // MARK: Audio

    private mutating func demux(
        _ packet: ExTrackPacket, _ packetType: ExAudioTagHeader.PacketType, _ time: SoundTime,
        into elements: inout [StreamElement]
    ) throws(FLVFault) {
        let fourCC = packet.fourCC
        guard let codec = fourCC.codec, codec.kind == .audio else { throw .unknownFourCC(fourCC) }
        let id = Track.ID(.audio, packet.trackID)
        let body = packet.body
        switch packetType {
        case .sequenceStart:
            switch codec {
            case .aac, .flac:
                guard body.readableBytes > 0 else { return }
                try configureAudio(id, codec, record: body, into: &elements)
            case .opus where body.readableBytes > 0:
                try configureAudio(id, codec, record: body, into: &elements)
            default:
                try update(id, into: &elements) { $0.awaitsDescribingFrame = true }
            }
        case .codedFrames:
            guard body.readableBytes > 0 else { return }
            if codec == .aac { return try demuxAAC(body, id, at: time, into: &elements) }
            let track = try extendedSoundTrack(id, codec, payload: body, into: &elements)
            elements.append(.frame(track.soundFrame(at: time, body)))
        case .multichannelConfig:
            let config = try MultichannelConfig(parsing: body)
            // FFmpeg sends it beside AAC of the old form too.
            if let track = tracks[id], track.codec != codec { throw .unexpectedFourCC(fourCC) }
            try update(id, into: &elements) { $0.channels = (fourCC, config) }
        case .sequenceEnd:
            return
        }
    }

    /// The track of a frame; where a sequence start told nothing, made from the frame.
    private mutating func extendedSoundTrack(
        _ id: Track.ID, _ codec: Codec, payload: ByteBuffer, into elements: inout [StreamElement]
    ) throws(FLVFault) -> Track {
        let entry = tracks.entry(id)
        if let track = entry?.track, track.codec == codec, entry?.awaitsDescribingFrame == false { return track }
        let configuration: CodecConfiguration?
        switch codec {
        case .ac3: configuration = .ac3(firstFrame: payload)
        case .eac3: configuration = .eac3(firstFrame: payload)
        case .mp3:
            configuration = CodecConfiguration(
                audio: .mp3, format: AudioTagHeader(format: .mp3).audioFormat(firstFrame: payload))
        case .opus:
            let said = entry?.channels.flatMap { $0.fourCC == .opus ? $0.config.channelCount : nil }
            configuration = .opus(firstPacket: payload, channelCount: said)
        default: throw .frameBeforeConfiguration(codec)
        }
        guard let configuration else {
            if let track = entry?.track, track.codec == codec { return track }
            throw .malformedFrame(codec)
        }
        return try configure(id, configuration, into: &elements)
    }
}

extension [ModEx] {
    /// The nanoseconds that the modifiers add to the presentation time; of several the last.
    fileprivate var nanoseconds: UInt32 {
        isEmpty ? 0 : lazy.compactMap(\.nanoseconds).last ?? 0
    }
}
