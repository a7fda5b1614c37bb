import ByteCoding
public import NIOCore

/// The front of an AC-3 frame: `syncinfo()` and what of `bsi()` tells the sound (ETSI TS 102 366 §4.3, §4.4).
public struct AC3SyncFrame: Hashable, Sendable {
    /// `fscod`: 0 is 48 kHz, 1 44.1 kHz, 2 32 kHz.
    public let sampleRateCode: UInt8
    /// `frmsizecod`, 0 … 37: the bit rate, and at 44.1 kHz whether the frame has a padding word.
    public let frameSizeCode: UInt8
    /// `bsid`: 8 or less, or 9 and 10 for half and a quarter of the sample rate.
    public let bitStreamIdentification: UInt8
    /// `bsmod`: 0 is a complete main service.
    public let bitStreamMode: UInt8
    /// `acmod`, which loudspeakers there are without the low frequencies.
    public let audioCodingMode: AC3AudioCodingMode
    /// `lfeon`: whether there is a channel of low frequencies.
    public let hasLowFrequencies: Bool

    /// Samples per channel in every frame: six blocks.
    public static let samplesPerFrame = 1_536
    /// What every frame begins with.
    static let syncWord: UInt16 = 0x0B77
    /// The `bsid` from which on the frame is one of E-AC-3.
    static let lowestEnhancedIdentification: UInt8 = 11

    /// Reads the front of `frame`; `nil` when there is no AC-3 frame.
    public init?(parsing frame: ByteBuffer) {
        var bits = BitReader(frame)
        do throws(BitReader.Fault) {
            guard try bits.read(16) == UInt32(Self.syncWord) else { return nil }
            try bits.skip(16)  // crc1
            sampleRateCode = UInt8(truncatingIfNeeded: try bits.read(2))
            frameSizeCode = UInt8(truncatingIfNeeded: try bits.read(6))
            bitStreamIdentification = UInt8(truncatingIfNeeded: try bits.read(5))
            guard sampleRateCode < 3, frameSizeCode < 38,
                bitStreamIdentification < Self.lowestEnhancedIdentification
            else { return nil }
            bitStreamMode = UInt8(truncatingIfNeeded: try bits.read(3))
            let mode = AC3AudioCodingMode(rawValue: UInt8(truncatingIfNeeded: try bits.read(3)))
            audioCodingMode = mode
            try bits.skip(mode.mixLevelBits)
            hasLowFrequencies = try bits.readFlag()
        } catch {
            return nil
        }
    }

    /// Samples per second.
    public var sampleRate: Int {
        AC3SampleRate.full[Int(sampleRateCode)] >> (max(bitStreamIdentification, 8) - 8)
    }

    /// Bits per second, in thousands.
    public var kilobitsPerSecond: Int {
        Self.rates[Int(frameSizeCode >> 1)] >> (max(bitStreamIdentification, 8) - 8)
    }

    /// Length of the frame in bytes (ETSI TS 102 366 table 4.13).
    public var frameLength: Int {
        let rate = Self.rates[Int(frameSizeCode >> 1)]
        switch sampleRateCode {
        case 0: return 4 * rate
        case 1: return 2 * (320 * rate / 147 + Int(frameSizeCode & 1))
        default: return 6 * rate
        }
    }

    /// Channels, the one of low frequencies included.
    public var channelCount: Int { audioCodingMode.channelCount + (hasLowFrequencies ? 1 : 0) }

    /// The nominal bit rates in thousands per second, by half of `frmsizecod`.
    static let rates = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
    ]

    /// Samples per channel in the frames of `payload`, mostly one; `nil` when it begins with no frame.
    static func sampleCount(of payload: ByteBuffer) -> Int? {
        var rest = payload
        var count = 0
        while count < mostFrames, let frame = AC3SyncFrame(parsing: rest) {
            count += 1
            guard rest.readSlice(length: frame.frameLength) != nil else { break }
        }
        return count > 0 ? count * samplesPerFrame : nil
    }

    /// The most frames of one payload that are counted, two seconds of sound.
    private static let mostFrames = 64
}
