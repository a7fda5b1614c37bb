public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes an H.264 configuration of the bytes of an `AVCDecoderConfigurationRecord`, which are kept as they are.
    public static func avc(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        avc(try AVCDecoderConfigurationRecord(parsing: bytes), bytes: bytes)
    }

    /// Makes an H.264 configuration of a record and its bytes.
    public static func avc(_ record: AVCDecoderConfigurationRecord, bytes: ByteBuffer) -> CodecConfiguration {
        CodecConfiguration(video: .h264, record: bytes, format: record.firstSequenceParameterSet?.videoFormat)
    }

    /// Makes an H.264 configuration of a record that was put together here.
    public static func avc(_ record: AVCDecoderConfigurationRecord) -> CodecConfiguration {
        var bytes = ByteBuffer()
        record.write(into: &bytes)
        return avc(record, bytes: bytes)
    }
}
