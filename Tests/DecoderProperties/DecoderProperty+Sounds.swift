import CodecParsing
import MediaModel
import NIOCore

extension DecoderProperty {
    static func checkOpusHeader(_ bytes: ByteBuffer) throws {
        guard let header = try? OpusIdentificationHeader(parsing: bytes) else { return }
        var written = ByteBuffer()
        header.write(into: &written)
        try require(try OpusIdentificationHeader(parsing: written) == header, "an Opus header reads what it wrote")
        try require(1...255 ~= header.channelCount, "a sound has channels")
    }

    static func checkFLACStreamInfo(_ bytes: ByteBuffer) throws {
        guard let info = try? FLACStreamInfo(parsing: bytes) else { return }
        try require(info.bytes.readableBytes == FLACStreamInfo.length, "the block has its length")
        try require(try FLACStreamInfo(parsing: info.bytes) == info, "the bare block is the same")
        try require(info.sampleRate > 0 && 1...8 ~= info.channelCount, "a sound has a rate")
    }

    static func checkAC3Boxes(_ bytes: ByteBuffer) throws {
        if let configuration = try? CodecConfiguration.ac3(record: bytes) {
            try require(try .ac3(record: configuration.record) == configuration, "a dac3 box reads what it wrote")
            try checkFormat(configuration)
        }
        guard let box = try? EAC3SpecificBox(parsing: bytes) else { return }
        var written = ByteBuffer()
        box.write(into: &written)
        try require(try EAC3SpecificBox(parsing: written) == box, "a dec3 box reads what it wrote")
        try checkFormat(try .eac3(record: bytes))
    }

    static func checkAC3Frames(_ bytes: ByteBuffer) throws {
        if let configuration = CodecConfiguration.ac3(firstFrame: bytes) {
            try require(try .ac3(record: configuration.record) == configuration, "the box says what the frame says")
            try checkFormat(configuration)
        }
        guard let configuration = CodecConfiguration.eac3(firstFrame: bytes) else { return }
        try checkFormat(configuration)
        let read = try CodecConfiguration.eac3(record: configuration.record)
        try require(read.audio?.channelCount == configuration.audio?.channelCount, "the box says what the frame says")
    }

    /// As a payload of every codec of sound.
    static func checkSampleCount(_ bytes: ByteBuffer) throws {
        let format = AudioFormat(sampleRate: 44_100, channelCount: 2)
        for codec in Codec.allCases where codec.kind == .audio {
            guard let count = CodecConfiguration(audio: codec, format: format).sampleCount(of: bytes) else { continue }
            try require(count >= 0, "a payload takes no negative time")
        }
    }

    private static func checkFormat(_ configuration: CodecConfiguration) throws {
        guard let format = configuration.audio else { throw Violation(description: "a box tells no format") }
        try require(8_000...48_000 ~= format.sampleRate && 1...24 ~= format.channelCount, "a sound has a rate")
    }
}
