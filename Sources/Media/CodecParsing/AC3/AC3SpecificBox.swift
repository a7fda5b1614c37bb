import ByteCoding
public import NIOCore

/// The content of the `dac3` box (ETSI TS 102 366 §F.4).
public struct AC3SpecificBox: Hashable, Sendable {
    /// `fscod`, 0 … 2.
    public let sampleRateCode: UInt8
    /// `bsid`.
    public let bitStreamIdentification: UInt8
    /// `bsmod`.
    public let bitStreamMode: UInt8
    /// `acmod`.
    public let audioCodingMode: AC3AudioCodingMode
    /// `lfeon`.
    public let hasLowFrequencies: Bool
    /// `bit_rate_code`, 0 … 18.
    public let bitRateCode: UInt8

    /// Makes the content for frames like `frame`.
    public init(_ frame: AC3SyncFrame) {
        sampleRateCode = frame.sampleRateCode
        bitStreamIdentification = frame.bitStreamIdentification
        bitStreamMode = frame.bitStreamMode
        audioCodingMode = frame.audioCodingMode
        hasLowFrequencies = frame.hasLowFrequencies
        bitRateCode = frame.frameSizeCode >> 1
    }

    /// Reads the content.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bits = BitReader(bytes)
        do throws(BitReader.Fault) {
            sampleRateCode = UInt8(truncatingIfNeeded: try bits.read(2))
            bitStreamIdentification = UInt8(truncatingIfNeeded: try bits.read(5))
            bitStreamMode = UInt8(truncatingIfNeeded: try bits.read(3))
            audioCodingMode = AC3AudioCodingMode(rawValue: UInt8(truncatingIfNeeded: try bits.read(3)))
            hasLowFrequencies = try bits.readFlag()
            bitRateCode = UInt8(truncatingIfNeeded: try bits.read(5))
            try bits.skip(5)
        } catch { throw .truncated }
        guard sampleRateCode < 3 else { throw .reservedValue(UInt32(sampleRateCode)) }
        guard bitStreamIdentification < AC3SyncFrame.lowestEnhancedIdentification else {
            throw .reservedValue(UInt32(bitStreamIdentification))
        }
        guard Int(bitRateCode) < AC3SyncFrame.rates.count else { throw .reservedValue(UInt32(bitRateCode)) }
    }

    /// Appends the three bytes of the content.
    public func write(into buffer: inout ByteBuffer) {
        var bits = BitWriter()
        bits.write(UInt32(sampleRateCode), bits: 2)
        bits.write(UInt32(bitStreamIdentification), bits: 5)
        bits.write(UInt32(bitStreamMode), bits: 3)
        bits.write(UInt32(audioCodingMode.rawValue), bits: 3)
        bits.write(hasLowFrequencies)
        bits.write(UInt32(bitRateCode), bits: 5)
        bits.write(0, bits: 5)
        buffer.writeImmutableBuffer(bits.finish())
    }

    /// Samples per second.
    public var sampleRate: Int {
        AC3SampleRate.full[Int(sampleRateCode)] >> (max(bitStreamIdentification, 8) - 8)
    }

    /// Channels, the one of low frequencies included.
    public var channelCount: Int { audioCodingMode.channelCount + (hasLowFrequencies ? 1 : 0) }
}
