public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes a FLAC configuration of `STREAMINFO`, bare or with what stands before it in a file; the record is bare.
    public static func flac(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        let info = try FLACStreamInfo(parsing: bytes)
        return CodecConfiguration(
            audio: .flac, record: info.bytes,
            format: AudioFormat(
                sampleRate: info.sampleRate, channelCount: info.channelCount,
                samplesPerFrame: info.smallestBlock == info.largestBlock ? info.largestBlock : nil,
                bitsPerSample: info.bitsPerSample))
    }
}
