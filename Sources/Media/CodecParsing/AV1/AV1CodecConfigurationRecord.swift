public import NIOCore

/// What an AV1 decoder must know before the first frame ("AV1 Codec ISO Media File Format Binding" §2.3.3), the content
/// of the `av1C` box and the body of a sequence start in Enhanced RTMP.
public struct AV1CodecConfigurationRecord: Hashable, Sendable {
    /// `seq_profile`, 0 … 2.
    public let profile: UInt8
    /// `seq_level_idx_0`, 0 … 31.
    public let level: UInt8
    /// `seq_tier_0`.
    public let isHighTier: Bool
    /// Bits in a sample: 8, 10 or 12.
    public let bitDepth: Int
    /// `monochrome`.
    public let isMonochrome: Bool
    /// `chroma_subsampling_x`.
    public let isSubsampledAcross: Bool
    /// `chroma_subsampling_y`.
    public let isSubsampledDown: Bool
    /// `chroma_sample_position`.
    public let chromaSamplePosition: UInt8
    /// `initial_presentation_delay_minus_one` + 1, 1 … 16; `nil` when it is not said.
    public let initialPresentationDelay: UInt8?
    /// `configOBUs`: the sequence header and metadata that hold for every frame; may be empty.
    public let configurationOBUs: ByteBuffer

    /// Reads a record.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bytes = bytes
        guard
            let (marker, profileAndLevel, samples, delay) = bytes.readMultipleIntegers(
                as: (UInt8, UInt8, UInt8, UInt8).self)
        else { throw .truncated }
        guard marker & 0x80 != 0 else { throw .unknownSignature }
        guard marker & 0x7F == 1 else { throw .unsupportedVersion(marker & 0x7F) }
        profile = profileAndLevel >> 5
        guard profile <= 2 else { throw .reservedValue(UInt32(profile)) }
        level = profileAndLevel & 0x1F
        isHighTier = samples & 0x80 != 0
        bitDepth = samples & 0x40 == 0 ? 8 : samples & 0x20 == 0 ? 10 : 12
        isMonochrome = samples & 0x10 != 0
        isSubsampledAcross = samples & 0b1000 != 0
        isSubsampledDown = samples & 0b100 != 0
        chromaSamplePosition = samples & 0b11
        initialPresentationDelay = delay & 0x10 != 0 ? (delay & 0xF) + 1 : nil
        configurationOBUs = bytes.slice()
    }

    /// Makes the record of a sequence header and the bytes of its OBU, metadata OBUs behind it if there are any.
    public init(_ header: AV1SequenceHeader, configurationOBUs: ByteBuffer) {
        profile = header.profile
        level = header.level
        isHighTier = header.isHighTier
        bitDepth = header.bitDepth
        isMonochrome = header.isMonochrome
        isSubsampledAcross = header.isSubsampledAcross
        isSubsampledDown = header.isSubsampledDown
        chromaSamplePosition = header.chromaSamplePosition
        // The header's delay counts decoded frames, the record's counts samples of a file.
        initialPresentationDelay = nil
        self.configurationOBUs = configurationOBUs
    }

    /// Appends the record's bytes.
    public func write(into buffer: inout ByteBuffer) {
        let samples =
            (isHighTier ? 0x80 : 0) as UInt8 | (bitDepth > 8 ? 0x40 : 0) | (bitDepth > 10 ? 0x20 : 0)
            | (isMonochrome ? 0x10 : 0) | (isSubsampledAcross ? 0b1000 : 0) | (isSubsampledDown ? 0b100 : 0)
            | chromaSamplePosition & 0b11
        let delay = initialPresentationDelay.map { 0x10 | ($0 &- 1) & 0xF } ?? 0
        buffer.writeMultipleIntegers(0x81 as UInt8, profile << 5 | level & 0x1F, samples, delay)
        buffer.writeImmutableBuffer(configurationOBUs)
    }

    /// What the sequence header in the record says; `nil` when there is none that can be read.
    public var sequenceHeader: AV1SequenceHeader? {
        AV1OBUs(configurationOBUs).first { $0.type == .sequenceHeader }
            // A publisher whose sequence header we cannot read may still be played by those who can.
            .flatMap { try? AV1SequenceHeader(parsing: $0.payload) }
    }
}
