public import NIOCore

/// What an Opus decoder must know before the first packet: `OpusHead` (RFC 7845 §5.1).
public struct OpusIdentificationHeader: Hashable, Sendable {
    /// Number of channels of the decoded sound, 1 … 255.
    public var channelCount: Int
    /// Samples at 48 kHz that the player drops at the beginning.
    public var preSkip: UInt16
    /// The sampling frequency before coding, in hertz; 0 when unknown.
    ///
    /// Opus itself always decodes to 48 kHz.
    public var inputSampleRate: UInt32
    /// By how much the sound is to be made louder, in 1/256 dB.
    public var outputGain: Int16
    /// How channels follow from streams; `nil` for family 0, one stream of one or two channels.
    public var channelMapping: ChannelMapping?

    /// How the channels follow from several streams (RFC 7845 §5.1.1).
    public struct ChannelMapping: Hashable, Sendable {
        /// The mapping family: 1 is the order of Vorbis, 2 and 3 are ambisonics, 255 is without meaning; never 0.
        public var family: UInt8
        /// Streams in each packet.
        public var streamCount: UInt8
        /// How many of them, the first, have two channels.
        public var coupledCount: UInt8
        /// For each channel the decoded channel that it is, 255 for silence; or the matrix of family 3.
        public var table: ByteBuffer

        /// Makes a mapping.
        public init(family: UInt8, streamCount: UInt8, coupledCount: UInt8, table: ByteBuffer) {
            self.family = family
            self.streamCount = streamCount
            self.coupledCount = coupledCount
            self.table = table
        }
    }

    /// Samples per second of the decoded sound, whatever went in.
    public static let sampleRate = 48_000
    /// What encoders in use let the player drop: 6.5 ms at 48 kHz.
    public static let usualPreSkip: UInt16 = 312

    /// Makes a header of one stream.
    public init(
        channelCount: Int = 2, preSkip: UInt16 = usualPreSkip, inputSampleRate: UInt32 = 48_000, outputGain: Int16 = 0,
        channelMapping: ChannelMapping? = nil
    ) {
        self.channelCount = channelCount
        self.preSkip = preSkip
        self.inputSampleRate = inputSampleRate
        self.outputGain = outputGain
        self.channelMapping = channelMapping
    }

    /// Reads a header; what stands behind it is passed over.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bytes = bytes
        guard let magic = bytes.readInteger(as: UInt64.self) else { throw .truncated }
        guard magic == Self.magic else { throw .unknownSignature }
        guard let (version, channels) = bytes.readMultipleIntegers(as: (UInt8, UInt8).self),
            let (preSkip, rate, gain, family) = bytes.readMultipleIntegers(
                endianness: .little, as: (UInt16, UInt32, Int16, UInt8).self)
        else { throw .truncated }
        // The upper half is the version of layout: a reader accepts what it knows the half of.
        guard version >> 4 == 0 else { throw .unsupportedVersion(version) }
        guard channels > 0 else { throw .noChannels }
        self.init(channelCount: Int(channels), preSkip: preSkip, inputSampleRate: rate, outputGain: gain)
        guard family > 0 else {
            guard channels <= 2 else { throw .reservedValue(UInt32(channels)) }
            return
        }
        guard let (streams, coupled) = bytes.readMultipleIntegers(as: (UInt8, UInt8).self) else { throw .truncated }
        guard streams > 0, coupled <= streams, Int(streams) + Int(coupled) <= 255 else {
            throw .reservedValue(UInt32(streams) << 8 | UInt32(coupled))
        }
        let ambisonicsByMatrix: UInt8 = 3
        let length = family == ambisonicsByMatrix ? 2 * Int(channels) * (Int(streams) + Int(coupled)) : Int(channels)
        guard let table = bytes.readSlice(length: length) else { throw .truncated }
        channelMapping = ChannelMapping(family: family, streamCount: streams, coupledCount: coupled, table: table)
    }

    /// Appends the header's bytes, 19 without a channel mapping.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(Self.magic, 1 as UInt8, UInt8(truncatingIfNeeded: channelCount))
        buffer.writeMultipleIntegers(
            preSkip, inputSampleRate, outputGain, channelMapping?.family ?? 0, endianness: .little)
        guard let channelMapping else { return }
        buffer.writeMultipleIntegers(channelMapping.streamCount, channelMapping.coupledCount)
        buffer.writeImmutableBuffer(channelMapping.table)
    }

    /// "OpusHead".
    private static let magic: UInt64 = 0x4F70_7573_4865_6164
}
