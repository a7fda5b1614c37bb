import NIOCore

/// The program map table: which elementary streams a program has (ISO/IEC 13818-1 §2.4.4.8).
public struct ProgramMap: Equatable, Sendable {
    /// One elementary stream of the program.
    public struct Stream: Equatable, Sendable {
        /// Where its packets are.
        public var identifier: PacketIdentifier
        /// What it is coded in.
        public var type: StreamType
        /// Its language in three letters of ISO 639-2, if the table says so.
        public var language: String?
        /// Whose format it has, if the table says so.
        public var registration: FormatIdentifier?
        /// The channels of Opus, 1 … 8 in its usual order, if the table says so (`channel_config_code`).
        public var opusChannelConfiguration: UInt8?

        /// Makes a stream.
        public init(
            identifier: PacketIdentifier, type: StreamType, language: String? = nil,
            registration: FormatIdentifier? = nil, opusChannelConfiguration: UInt8? = nil
        ) {
            self.identifier = identifier
            self.type = type
            self.language = language
            self.registration = registration
            self.opusChannelConfiguration = opusChannelConfiguration
        }
    }

    /// 0 … 31; a new one for each change of the table.
    public var version: UInt8
    /// Where the program clock references are.
    public var clock: PacketIdentifier
    /// The elementary streams in the order of the table.
    public var streams: [Stream]

    /// Makes a map.
    public init(version: UInt8, clock: PacketIdentifier, streams: [Stream]) {
        self.version = version
        self.clock = clock
        self.streams = streams
    }
}

extension ProgramMap {
    /// Reads a section without its checksum, which has been checked.
    init(reading section: Section) throws(MPEGTSFault) {
        let malformed = MPEGTSFault.malformedSection(section.identifier)
        var bytes = section.content
        guard let (clock, informationLength) = bytes.readMultipleIntegers(as: (UInt16, UInt16).self),
            bytes.readSlice(length: Int(informationLength & 0x0FFF)) != nil
        else { throw malformed }
        var streams: [Stream] = []
        while bytes.readableBytes > 0 {
            guard let (type, identifier, length) = bytes.readMultipleIntegers(as: (UInt8, UInt16, UInt16).self),
                let descriptors = bytes.readSlice(length: Int(length & 0x0FFF))
            else { throw malformed }
            guard streams.count < TransportStreamDemuxer.mostStreams else {
                throw .tooManyStreams(streams.count + 1)
            }
            var stream = Stream(identifier: PacketIdentifier(identifier), type: StreamType(rawValue: type))
            stream.read(descriptors)
            guard stream.identifier.isAssignable else { throw .reservedPacketIdentifier(stream.identifier) }
            streams.append(stream)
        }
        self.init(version: section.version, clock: PacketIdentifier(clock), streams: streams)
    }
}
