import ByteCoding
public import NIOCore

/// The front of an E-AC-3 frame: `syncinfo()` and what of `bsi()` tells the sound (ETSI TS 102 366 §E.1.2, §E.1.3).
///
/// A frame holds one substream. An access unit is an independent substream with the dependent ones that belong to it.
public struct EAC3SyncFrame: Hashable, Sendable {
    /// `strmtyp`.
    public enum StreamType: UInt8, Hashable, Sendable {
        /// Can be decoded alone.
        case independent
        /// Adds channels to the independent substream before it.
        case dependent
        /// Was AC-3 before; can be decoded alone.
        case converted
    }

    /// What kind of substream this is.
    public let streamType: StreamType
    /// `substreamid`, 0 … 7.
    public let substreamIdentifier: UInt8
    /// Length of the frame in bytes.
    public let frameLength: Int
    /// `fscod`; 3 for half the sample rates, which `fscod2` tells.
    public let sampleRateCode: UInt8
    /// Samples per second.
    public let sampleRate: Int
    /// Blocks of 256 samples in the frame: 1, 2, 3 or 6.
    public let blockCount: Int
    /// `acmod`, which loudspeakers there are without the low frequencies.
    public let audioCodingMode: AC3AudioCodingMode
    /// `lfeon`: whether there is a channel of low frequencies.
    public let hasLowFrequencies: Bool
    /// `bsid`, 11 … 16.
    public let bitStreamIdentification: UInt8
    /// `bsmod`: 0 is a complete main service, also when the frame says nothing.
    public internal(set) var bitStreamMode: UInt8 = 0
    /// `chanmap` of a dependent substream: the highest bit is the left loudspeaker; `nil` when it is not said.
    public internal(set) var channelMap: UInt16?

    /// Samples per channel in a block.
    static let samplesPerBlock = 256

    /// Reads the front of `frame`; `nil` when there is no E-AC-3 frame.
    public init?(parsing frame: ByteBuffer) {
        var bits = BitReader(frame)
        do throws(BitReader.Fault) {
            guard try bits.read(16) == UInt32(AC3SyncFrame.syncWord),
                let streamType = StreamType(rawValue: UInt8(truncatingIfNeeded: try bits.read(2)))
            else { return nil }
            self.streamType = streamType
            substreamIdentifier = UInt8(truncatingIfNeeded: try bits.read(3))
            frameLength = 2 * (Int(try bits.read(11)) + 1)
            sampleRateCode = UInt8(truncatingIfNeeded: try bits.read(2))
            let code = Int(try bits.read(2))  // numblkscod or fscod2
            if sampleRateCode == 3 {
                guard code < 3 else { return nil }
                sampleRate = AC3SampleRate.full[code] / 2
                blockCount = 6
            } else {
                sampleRate = AC3SampleRate.full[Int(sampleRateCode)]
                blockCount = [1, 2, 3, 6][code]
            }
            audioCodingMode = AC3AudioCodingMode(rawValue: UInt8(truncatingIfNeeded: try bits.read(3)))
            hasLowFrequencies = try bits.readFlag()
            bitStreamIdentification = UInt8(truncatingIfNeeded: try bits.read(5))
            guard AC3SyncFrame.lowestEnhancedIdentification...16 ~= bitStreamIdentification else { return nil }
        } catch {
            return nil
        }
        readOptionalFields(&bits)
    }

    /// Samples per channel in the frame.
    public var sampleCount: Int { Self.samplesPerBlock * blockCount }

    /// Whether the frame begins an access unit: the first of the independent substreams does.
    public var beginsAccessUnit: Bool { streamType != .dependent && substreamIdentifier == 0 }

    /// Channels coded in the frame, the one of low frequencies included.
    public var channelCount: Int { audioCodingMode.channelCount + (hasLowFrequencies ? 1 : 0) }

    /// Samples per channel in the frames of `payload`; `nil` when it begins with no frame.
    ///
    /// Frames of fewer than six blocks come several in a payload, and substreams beside each other take no time.
    static func sampleCount(of payload: ByteBuffer) -> Int? {
        var rest = payload
        var samples: Int?
        for _ in 0..<mostFrames {
            guard let frame = EAC3SyncFrame(parsing: rest) else { break }
            if frame.beginsAccessUnit || samples == nil { samples = (samples ?? 0) + frame.sampleCount }
            guard rest.readSlice(length: frame.frameLength) != nil else { break }
        }
        return samples
    }

    /// The most frames of one payload that are counted: six of one block, each in 16 substreams.
    private static let mostFrames = 96
}

extension EAC3SyncFrame {
    /// Reads `chanmap` and `bsmod`, as far as the frame goes.
    private mutating func readOptionalFields(_ bits: inout BitReader) {
        do throws(BitReader.Fault) {
            let isDualMono = audioCodingMode.rawValue == 0
            for _ in 0..<(isDualMono ? 2 : 1) {
                try bits.skip(5)  // dialnorm
                if try bits.readFlag() { try bits.skip(8) }  // compr
            }
            if streamType == .dependent, try bits.readFlag() {
                channelMap = UInt16(truncatingIfNeeded: try bits.read(16))
            }
            if try bits.readFlag() { try skipMixingMetadata(&bits) }
            if try bits.readFlag() { bitStreamMode = UInt8(truncatingIfNeeded: try bits.read(3)) }
        } catch {
            // The frame was cut short for us; a main service is what is meant nearly always.
        }
    }

    /// What stands behind `mixmdate` (ETSI TS 102 366 table E.1.2).
    private func skipMixingMetadata(_ bits: inout BitReader) throws(BitReader.Fault) {
        let mode = audioCodingMode
        if mode.rawValue > 2 { try bits.skip(2) }  // dmixmod
        if mode.hasCentre { try bits.skip(6) }  // ltrtcmixlev, lorocmixlev
        if mode.hasSurround { try bits.skip(6) }  // ltrtsurmixlev, lorosurmixlev
        if hasLowFrequencies, try bits.readFlag() { try bits.skip(5) }  // lfemixlevcod
        guard streamType == .independent else { return }
        let isDualMono = mode.rawValue == 0
        // pgmscl, pgmscl2, extpgmscl
        for _ in 0..<(isDualMono ? 3 : 2) where try bits.readFlag() { try bits.skip(6) }
        switch try bits.read(2) {  // mixdef
        case 1: try bits.skip(5)  // premixcmpsel, drcsrc, premixcmpscl
        case 2: try bits.skip(12)  // mixdata
        case 3: try bits.skip(8 * (Int(try bits.read(5)) + 2))  // mixdeflen, mixdata
        default: break
        }
        if mode.rawValue < 2 {
            for _ in 0..<(isDualMono ? 2 : 1) where try bits.readFlag() { try bits.skip(14) }  // panmean, paninfo
        }
        guard try bits.readFlag() else { return }  // frmmixcfginfoe
        if blockCount == 1 {
            try bits.skip(5)  // blkmixcfginfo
        } else {
            for _ in 0..<blockCount where try bits.readFlag() { try bits.skip(5) }
        }
    }
}
