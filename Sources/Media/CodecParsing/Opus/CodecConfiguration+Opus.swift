public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes an Opus configuration of the bytes of an identification header, `OpusHead` and all.
    ///
    /// No bytes stand for two channels at 48 kHz: Enhanced RTMP lets a publisher leave the header away.
    public static func opus(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        guard bytes.readableBytes > 0 else { return .opus(OpusIdentificationHeader()) }
        return .opus(try OpusIdentificationHeader(parsing: bytes))
    }

    /// Makes an Opus configuration of a header.
    public static func opus(_ header: OpusIdentificationHeader) -> CodecConfiguration {
        var bytes = ByteBuffer()
        header.write(into: &bytes)
        return CodecConfiguration(
            audio: .opus, record: bytes,
            format: AudioFormat(
                sampleRate: OpusIdentificationHeader.sampleRate, channelCount: header.channelCount))
    }
}
