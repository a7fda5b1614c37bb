import CodecParsing
import MediaModel
import NIOCore

extension DecoderProperty {
    /// What a publisher says of its codecs; the first byte chooses the parser, the others are for it.
    public static let codecConfiguration = DecoderProperty("CodecConfiguration") { bytes in
        var bytes = bytes
        guard let first = bytes.readInteger(as: UInt8.self), let parser = Parser(rawValue: first) else { return }
        switch parser {
        case .avcRecord: try checkAVCRecord(bytes)
        case .audioSpecificConfig: try checkAudioSpecificConfig(bytes)
        case .avcSequenceParameterSet: try checkAVCSequenceParameterSet(bytes)
        case .mpegAudioHeader: try checkMPEGAudioHeader(bytes)
        case .adtsFrames: try checkADTSFrames(bytes)
        case .annexB: try checkAnnexB(bytes)
        case .hevcRecord: try checkHEVCRecord(bytes)
        case .hevcParameterSets: try checkHEVCParameterSets(bytes)
        case .vvcRecord: try checkVVCRecord(bytes)
        case .av1Record: try checkAV1Record(bytes)
        case .av1TemporalUnit: try checkAV1TemporalUnit(bytes)
        case .vpRecord: try checkVPRecord(bytes)
        case .vpFrame: try checkVPFrame(bytes)
        case .lightMetadata: try checkLightMetadata(bytes)
        case .opusHeader: try checkOpusHeader(bytes)
        case .flacStreamInfo: try checkFLACStreamInfo(bytes)
        case .ac3Box: try checkAC3Boxes(bytes)
        case .ac3Frame: try checkAC3Frames(bytes)
        case .sampleCount: try checkSampleCount(bytes)
        }
    }

    private enum Parser: UInt8 {
        case avcRecord, audioSpecificConfig, avcSequenceParameterSet, mpegAudioHeader, adtsFrames, annexB
        case hevcRecord, hevcParameterSets, vvcRecord, av1Record, av1TemporalUnit, vpRecord, vpFrame, lightMetadata
        case opusHeader, flacStreamInfo, ac3Box, ac3Frame, sampleCount
    }

    // MARK: H.264

    private static func checkAVCRecord(_ bytes: ByteBuffer) throws {
        guard let record = try? AVCDecoderConfigurationRecord(parsing: bytes) else { return }
        var written = ByteBuffer()
        record.write(into: &written)
        let again = try AVCDecoderConfigurationRecord(parsing: written)
        // What follows the parameter sets is only written when the first of them can be read.
        try require(
            again == record
                || record.firstSequenceParameterSet == nil && !record.sequenceParameterSetExtensions.isEmpty,
            "an AVC record reads what it wrote")
        let configuration = CodecConfiguration.avc(record, bytes: bytes)
        try require(configuration.codecString?.count == "avc1.64001f".count, "an AVC record has a codec string")
        var frame = ByteBuffer()
        let count = frame.writeAVCAnnexB(bytes, configuration: record, isSync: true)
        try require(count == frame.readableBytes, "a frame is as long as it is said to be")
        try require(AnnexBNALUnits.isStartCode(at: frame), "a frame begins with a start code")
    }

    private static func checkAVCSequenceParameterSet(_ bytes: ByteBuffer) throws {
        guard let set = try? AVCSequenceParameterSet(parsing: bytes) else { return }
        let largest = 16 * AVCSequenceParameterSet.mostMacroblocksAcross
        try require(1...largest ~= set.width && 1...largest ~= set.height, "a picture has a size")
        try require(8...14 ~= set.lumaBitDepth && 8...14 ~= set.chromaBitDepth, "a sample has bits")
        if let rate = set.frameRate {
            try require(rate > 0 && rate <= 300, "a rate of frames is one")
        }
    }

    private static func checkAnnexB(_ bytes: ByteBuffer) throws {
        let units = Array(AnnexBNALUnits(bytes))
        try require(units.allSatisfy { $0.readableBytes > 0 }, "no unit is empty")
        var prefixed = ByteBuffer()
        prefixed.writeLengthPrefixed(annexB: bytes)
        let reader = LengthPrefixedNALUnits(prefixed)
        try require(reader.isWellFormed && Array(reader) == units, "units are the same behind lengths")
        var stream = ByteBuffer()
        for unit in units { stream.writeAnnexBNALUnit(unit) }
        try require(Array(AnnexBNALUnits(stream)) == units, "units are the same behind start codes")
        // As a frame of any length size: whatever its lengths say, the units are within it.
        for length in NALUnitLength.allCases {
            let total = LengthPrefixedNALUnits(bytes, nalUnitLength: length).reduce(0) { $0 + $1.readableBytes }
            try require(total <= bytes.readableBytes, "a frame has room for its units")
        }
    }

    // MARK: AAC and MPEG audio

    private static func checkAudioSpecificConfig(_ bytes: ByteBuffer) throws {
        guard let config = try? AudioSpecificConfig(parsing: bytes) else { return }
        let format = config.audioFormat
        try require(format.sampleRate > 0 && format.channelCount >= 0, "a sound has a rate")
        // The program config element that tells the channels is not written.
        guard config.channelConfiguration != 0 else { return }
        var written = ByteBuffer()
        config.write(into: &written)
        var again = try AudioSpecificConfig(parsing: written)
        // A configuration that was cut short gets its missing end.
        if config.frameLength == nil { again.frameLength = nil }
        try require(again == config, "an AudioSpecificConfig reads what it wrote")
    }

    private static func checkMPEGAudioHeader(_ bytes: ByteBuffer) throws {
        guard let header = MPEGAudioHeader(parsing: bytes) else { return }
        try require(header.frameLength ?? .max > 4, "a frame is longer than its header")
        try require(8_000...48_000 ~= header.sampleRate && header.samplesPerFrame > 0, "a sound has a rate")
    }

    private static func checkADTSFrames(_ bytes: ByteBuffer) throws {
        var frames = ADTSFrames(bytes)
        var taken = 0
        while let frame = frames.next() {
            taken += ADTSHeader.length + frame.readableBytes
        }
        try require(taken + frames.rest.readableBytes <= bytes.readableBytes, "frames are within their bytes")
        guard let header = ADTSHeader(parsing: bytes), !header.hasChecksum else { return }
        var written = ByteBuffer()
        header.write(into: &written)
        try require(ADTSHeader(parsing: written) == header, "an ADTS header reads what it wrote")
    }
}
