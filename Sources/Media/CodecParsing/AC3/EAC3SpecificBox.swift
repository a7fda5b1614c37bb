import ByteCoding
import MediaModel
public import NIOCore

/// The content of the `dec3` box (ETSI TS 102 366 §F.6).
public struct EAC3SpecificBox: Hashable, Sendable {
    /// `data_rate`: the highest bit rate of all substreams together, in thousands per second.
    public let kilobitsPerSecond: UInt16
    /// The independent substreams, 1 … 8; a player takes the first.
    public let substreams: [Substream]

    /// An independent substream with the dependent ones that belong to it.
    public struct Substream: Hashable, Sendable {
        /// `fscod`; 3 for half the sample rates.
        public var sampleRateCode: UInt8
        /// `bsid`.
        public var bitStreamIdentification: UInt8
        /// `bsmod`.
        public var bitStreamMode: UInt8
        /// `acmod`.
        public var audioCodingMode: AC3AudioCodingMode
        /// `lfeon`.
        public var hasLowFrequencies: Bool
        /// `num_dep_sub`, 0 … 15.
        public var dependentCount: UInt8 = 0
        /// `chan_loc`: the loudspeakers that dependent substreams add; the lowest bit is left and right of the centre.
        public var addedLocations: UInt16 = 0
    }

    /// The most independent substreams that three bits count.
    static let mostSubstreams = 8
    /// The most frames of an access unit that are looked at: eight independent ones with eight dependent each.
    static let mostFrames = 72
}

extension EAC3SpecificBox {
    /// Makes the content for access units like `accessUnit`, of which the frames follow each other without gap; `nil`
    /// when it begins with no E-AC-3 frame.
    ///
    /// Frames past the first access unit are not looked at, nor what is no frame.
    public init?(accessUnit: ByteBuffer) {
        var rest = accessUnit
        var substreams: [Substream] = []
        var totalLength = 0
        var first: EAC3SyncFrame?
        for _ in 0..<Self.mostFrames {
            guard let frame = EAC3SyncFrame(parsing: rest) else { break }
            if first != nil, frame.beginsAccessUnit { break }
            if frame.streamType == .dependent {
                guard let last = substreams.indices.last else { break }
                substreams[last].dependentCount = min(substreams[last].dependentCount + 1, 15)
                substreams[last].addedLocations |= Self.locations(channelMap: frame.channelMap ?? 0)
            } else {
                guard substreams.count < Self.mostSubstreams else { break }
                substreams.append(Substream(frame))
            }
            first = first ?? frame
            totalLength += frame.frameLength
            guard rest.readSlice(length: frame.frameLength) != nil else { break }
        }
        guard let first else { return nil }
        self.substreams = substreams
        // Thirteen bits: 8,191 at most.
        kilobitsPerSecond = UInt16(min(0x1FFF, totalLength * 8 * first.sampleRate / first.sampleCount / 1000))
    }

    /// Reads the content; what stands behind the substreams is passed over.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bits = BitReader(bytes)
        do throws(BitReader.Fault) {
            kilobitsPerSecond = UInt16(truncatingIfNeeded: try bits.read(13))
            var substreams: [Substream] = []
            for _ in 0...(try bits.read(3)) { substreams.append(try Substream(&bits)) }
            self.substreams = substreams
        } catch { throw .truncated }
    }

    /// Appends the content.
    public func write(into buffer: inout ByteBuffer) {
        var bits = BitWriter()
        bits.write(UInt32(kilobitsPerSecond), bits: 13)
        bits.write(UInt32(truncatingIfNeeded: substreams.count &- 1), bits: 3)
        for substream in substreams { substream.write(to: &bits) }
        buffer.writeImmutableBuffer(bits.finish())
    }

    /// Channels that a player hears: those of the first independent substream and what dependent ones add to it.
    public var channelCount: Int {
        guard let first = substreams.first else { return 0 }
        let pairs: UInt16 = 0b0_0111_0011
        let added = first.addedLocations
        return first.audioCodingMode.channelCount + (first.hasLowFrequencies ? 1 : 0) + added.nonzeroBitCount
            + (added & pairs).nonzeroBitCount
    }

    /// The loudspeakers of the first independent substream; `nil` when dependent ones add to them.
    var channelLayout: ChannelLayout? {
        guard let first = substreams.first, first.dependentCount == 0 else { return nil }
        return first.audioCodingMode.channelLayout(hasLowFrequencies: first.hasLowFrequencies)
    }

    /// `chan_loc` of a `chanmap`, whose highest bit is the left loudspeaker (ETSI TS 102 366 tables E.1.4 and F.6.1).
    ///
    /// What the independent substream has anyhow is left out.
    private static func locations(channelMap: UInt16) -> UInt16 {
        // Lc/Rc, Lrs/Rrs, Cs, Ts, Lsd/Rsd, Lw/Rw, Vhl/Vhr and Vhc are bits 5 … 12 from the highest; LFE2 is bit 14.
        var result: UInt16 = 0
        for location in 0..<8 where channelMap & 0x8000 >> UInt16(5 + location) != 0 { result |= 1 << UInt16(location) }
        if channelMap & 0x8000 >> 14 != 0 { result |= 1 << 8 }
        return result
    }
}

extension EAC3SpecificBox.Substream {
    fileprivate init(_ frame: EAC3SyncFrame) {
        sampleRateCode = frame.sampleRateCode
        bitStreamIdentification = frame.bitStreamIdentification
        bitStreamMode = frame.bitStreamMode
        audioCodingMode = frame.audioCodingMode
        hasLowFrequencies = frame.hasLowFrequencies
    }

    fileprivate init(_ bits: inout BitReader) throws(BitReader.Fault) {
        sampleRateCode = UInt8(truncatingIfNeeded: try bits.read(2))
        bitStreamIdentification = UInt8(truncatingIfNeeded: try bits.read(5))
        try bits.skip(2)  // reserved, asvc
        bitStreamMode = UInt8(truncatingIfNeeded: try bits.read(3))
        audioCodingMode = AC3AudioCodingMode(rawValue: UInt8(truncatingIfNeeded: try bits.read(3)))
        hasLowFrequencies = try bits.readFlag()
        try bits.skip(3)
        dependentCount = UInt8(truncatingIfNeeded: try bits.read(4))
        if dependentCount > 0 {
            addedLocations = UInt16(truncatingIfNeeded: try bits.read(9))
        } else {
            try bits.skip(1)
        }
    }

    fileprivate func write(to bits: inout BitWriter) {
        bits.write(UInt32(sampleRateCode), bits: 2)
        bits.write(UInt32(bitStreamIdentification), bits: 5)
        bits.write(0, bits: 2)  // reserved, asvc
        bits.write(UInt32(bitStreamMode), bits: 3)
        bits.write(UInt32(audioCodingMode.rawValue), bits: 3)
        bits.write(hasLowFrequencies)
        bits.write(0, bits: 3)
        bits.write(UInt32(dependentCount), bits: 4)
        if dependentCount > 0 {
            bits.write(UInt32(addedLocations), bits: 9)
        } else {
            bits.write(0, bits: 1)
        }
    }
}
