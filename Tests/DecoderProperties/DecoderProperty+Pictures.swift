import CodecParsing
import MediaModel
import NIOCore

extension DecoderProperty {
    // MARK: H.265 and H.266

    static func checkHEVCRecord(_ bytes: ByteBuffer) throws {
        guard let record = try? HEVCDecoderConfigurationRecord(parsing: bytes) else { return }
        var written = ByteBuffer()
        record.write(into: &written)
        try require(
            try HEVCDecoderConfigurationRecord(parsing: written) == record, "an HEVC record reads what it wrote")
        let configuration = CodecConfiguration.hevc(record, bytes: bytes)
        try require(configuration.codecString?.hasPrefix("hvc1.") == true, "an HEVC record has a codec string")
        if let format = configuration.video { try checkFormat(format) }
        var frame = ByteBuffer()
        let count = frame.writeHEVCAnnexB(bytes, configuration: record, isSync: true)
        try require(count == frame.readableBytes, "a frame is as long as it is said to be")
        try require(AnnexBNALUnits.isStartCode(at: frame), "a frame begins with a start code")
    }

    static func checkHEVCParameterSets(_ bytes: ByteBuffer) throws {
        _ = try? HEVCVideoParameterSet(parsing: bytes)
        guard let set = try? HEVCSequenceParameterSet(parsing: bytes) else { return }
        let largest = HEVCSequenceParameterSet.mostSamplesAcross
        try require(1...largest ~= set.width && 1...largest ~= set.height, "a picture has a size")
        try require(8...16 ~= set.lumaBitDepth && 8...16 ~= set.chromaBitDepth, "a sample has bits")
        if let rate = set.frameRate { try require(rate > 0 && rate <= 300, "a rate of frames is one") }
        // A record can be made of whatever parameter set can be read.
        let record = try HEVCDecoderConfigurationRecord(
            videoParameterSets: [], sequenceParameterSets: [bytes], pictureParameterSets: [])
        try require(record.general == set.general, "a record says what its parameter set says")
    }

    static func checkVVCRecord(_ bytes: ByteBuffer) throws {
        guard let record = try? VVCDecoderConfigurationRecord(parsing: bytes) else { return }
        let again = try VVCDecoderConfigurationRecord(parsing: record.bytes)
        try require(again == record, "a VVC record without version and flags is the same")
        let configuration = try CodecConfiguration.vvc(record: bytes)
        if record.profileTierLevel?.subProfileCount == 0 {
            try require(configuration.codecString?.hasPrefix("vvc1.") == true, "a VVC record has a codec string")
        }
        if let format = configuration.video { try checkFormat(format) }
        var frame = ByteBuffer()
        let count = frame.writeVVCAnnexB(bytes, configuration: record, isSync: true)
        try require(count == frame.readableBytes, "a frame is as long as it is said to be")
    }

    // MARK: AV1

    static func checkAV1Record(_ bytes: ByteBuffer) throws {
        guard let record = try? AV1CodecConfigurationRecord(parsing: bytes) else { return }
        var written = ByteBuffer()
        record.write(into: &written)
        try require(try AV1CodecConfigurationRecord(parsing: written) == record, "an AV1 record reads what it wrote")
        let configuration = try CodecConfiguration.av1(record: bytes)
        try require(configuration.codecString?.hasPrefix("av01.") == true, "an AV1 record has a codec string")
        if let format = configuration.video { try checkFormat(format) }
    }

    static func checkAV1TemporalUnit(_ bytes: ByteBuffer) throws {
        let units = AV1OBUs(bytes)
        let length = units.reduce(0) { $0 + $1.bytes.readableBytes }
        try require(length <= bytes.readableBytes, "units are within their bytes")
        try require(!units.isWellFormed || length == bytes.readableBytes, "whole units fill their bytes")
        let stripped = bytes.withoutAV1TemporalDelimiters()
        let kept = units.filter { $0.type != .temporalDelimiter && $0.type != .padding }
        try require(
            Array(AV1OBUs(stripped)).prefix(kept.count).map(\.bytes) == kept.map(\.bytes),
            "only temporal delimiters and padding are taken out")
        _ = units.isKeyFrame
        guard let configuration = CodecConfiguration.av1(firstFrame: bytes) else { return }
        try require(configuration.video != nil, "a sequence header tells the pictures")
        try require(
            try CodecConfiguration.av1(record: configuration.record) == configuration, "a record reads what it wrote")
    }

    // MARK: VP8 and VP9

    static func checkVPRecord(_ bytes: ByteBuffer) throws {
        guard let record = try? VPCodecConfigurationRecord(parsing: bytes) else { return }
        var written = ByteBuffer()
        record.write(into: &written)
        try require(try VPCodecConfigurationRecord(parsing: written) == record, "a VP record reads what it wrote")
        let configuration = try CodecConfiguration.vp9(record: bytes)
        try require(configuration.record == written, "a record has its one form")
        try require((configuration.codecString == nil) == (record.level == 0), "a level makes a codec string")
    }

    static func checkVPFrame(_ bytes: ByteBuffer) throws {
        for configuration in [CodecConfiguration.vp8(keyFrame: bytes), .vp9(keyFrame: bytes)] {
            guard let configuration else { continue }
            guard let format = configuration.video else { throw Violation(description: "a key frame tells no size") }
            try checkFormat(format)
            try require(configuration.withSize(fromKeyFrame: bytes) == configuration, "a size found again is no change")
        }
    }

    // MARK: Light

    static func checkLightMetadata(_ bytes: ByteBuffer) throws {
        for headerLength in 1...2 {
            let length = SEIMessages(bytes, headerLength: headerLength).reduce(0) { $0 + $1.payload.readableBytes }
            try require(length <= bytes.readableBytes, "messages are within their unit")
        }
        for codec in [Codec.h264, .h265, .h266, .av1] {
            let before = CodecConfiguration(video: codec, format: VideoFormat(width: 16, height: 16))
            let after = before.withLightMetadata(fromSyncFrame: bytes)
            try require(after.withLightMetadata(fromSyncFrame: bytes) == after, "light found again is no change")
        }
    }

    private static func checkFormat(_ format: VideoFormat) throws {
        try require(1...65_536 ~= format.width && 1...65_536 ~= format.height, "a picture has a size")
        if let depth = format.bitDepth { try require(8...16 ~= depth, "a sample has bits") }
        if let rate = format.frameRate { try require(rate > 0 && rate <= 300, "a rate of frames is one") }
    }
}
