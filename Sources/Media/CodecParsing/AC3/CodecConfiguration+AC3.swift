public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes an AC-3 configuration of the first frame; `nil` when it begins with none.
    public static func ac3(firstFrame frame: ByteBuffer) -> CodecConfiguration? {
        AC3SyncFrame(parsing: frame).map { ac3(AC3SpecificBox($0)) }
    }

    /// Makes an AC-3 configuration of the content of a `dac3` box.
    public static func ac3(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        ac3(try AC3SpecificBox(parsing: bytes))
    }

    private static func ac3(_ box: AC3SpecificBox) -> CodecConfiguration {
        var bytes = ByteBuffer()
        box.write(into: &bytes)
        return CodecConfiguration(
            audio: .ac3, record: bytes,
            format: AudioFormat(
                sampleRate: box.sampleRate, channelCount: box.channelCount,
                samplesPerFrame: AC3SyncFrame.samplesPerFrame,
                channelLayout: box.audioCodingMode.channelLayout(hasLowFrequencies: box.hasLowFrequencies)))
    }

    /// Makes an E-AC-3 configuration of the first access unit: an independent substream and the dependent ones behind
    /// it; `nil` when it begins with no E-AC-3 frame.
    public static func eac3(firstFrame accessUnit: ByteBuffer) -> CodecConfiguration? {
        guard let frame = EAC3SyncFrame(parsing: accessUnit), let box = EAC3SpecificBox(accessUnit: accessUnit) else {
            return nil
        }
        var bytes = ByteBuffer()
        box.write(into: &bytes)
        return CodecConfiguration(
            audio: .eac3, record: bytes,
            format: AudioFormat(
                sampleRate: frame.sampleRate, channelCount: box.channelCount,
                samplesPerFrame: EAC3SyncFrame.sampleCount(of: accessUnit), channelLayout: box.channelLayout))
    }

    /// Makes an E-AC-3 configuration of the content of a `dec3` box, which is kept as it is.
    ///
    /// The box does not tell the number of blocks in a frame, nor which of the half sample rates: they stay unknown and
    /// are taken for 24 kHz.
    public static func eac3(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        let box = try EAC3SpecificBox(parsing: bytes)
        let code = Int(box.substreams.first?.sampleRateCode ?? 0)
        return CodecConfiguration(
            audio: .eac3, record: bytes,
            format: AudioFormat(
                sampleRate: AC3SampleRate.full.indices.contains(code)
                    ? AC3SampleRate.full[code] : AC3SampleRate.full[0] / 2,
                channelCount: box.channelCount, channelLayout: box.channelLayout))
    }
}
