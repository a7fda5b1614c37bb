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

        /// Makes a stream.
        public init(identifier: PacketIdentifier, type: StreamType, language: String? = nil) {
            self.identifier = identifier
            self.type = type
            self.language = language
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

    /// The tag of an ISO 639 language descriptor (ISO/IEC 13818-1 §2.6.18).
    static let languageDescriptor: UInt8 = 0x0A
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
            let stream = Stream(
                identifier: PacketIdentifier(identifier), type: StreamType(rawValue: type),
                language: Self.language(in: descriptors))
            guard stream.identifier.isAssignable else { throw .reservedPacketIdentifier(stream.identifier) }
            streams.append(stream)
        }
        self.init(version: section.version, clock: PacketIdentifier(clock), streams: streams)
    }

    private static func language(in descriptors: ByteBuffer) -> String? {
        var descriptors = descriptors
        while let (tag, length) = descriptors.readMultipleIntegers(as: (UInt8, UInt8).self),
            var content = descriptors.readSlice(length: Int(length))
        {
            if tag == languageDescriptor { return content.readString(length: 3) }
        }
        return nil
    }
}
