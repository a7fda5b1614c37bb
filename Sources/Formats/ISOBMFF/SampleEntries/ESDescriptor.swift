import NIOCore

/// The elementary stream descriptor of an `esds` box (ISO/IEC 14496-1 §7.2.6.5, ISO/IEC 14496-14 §5.6).
struct ESDescriptor: Equatable {
    /// What the stream is coded in (ISO/IEC 14496-1 table 5).
    enum ObjectType: UInt8 {
        /// Whatever the `AudioSpecificConfig` says (ISO/IEC 14496-3).
        case mpeg4Audio = 0x40
        /// MP3 at the half sampling rates (ISO/IEC 13818-3).
        case mpeg2Audio = 0x69
        /// MP3 at 32, 44.1 and 48 kHz (ISO/IEC 11172-3).
        case mpeg1Audio = 0x6B
    }

    var objectType: ObjectType
    /// The decoder specific information: the `AudioSpecificConfig`; empty for MP3.
    var decoderSpecificInformation: ByteBuffer

    /// Writes the descriptor with all that lies in it.
    func write(into esds: inout ByteBuffer) {
        esds.writeDescriptor(.elementaryStream) { stream in
            stream.writeMultipleIntegers(UInt16(0), UInt8(0))  // id and flags are zero within a file
            stream.writeDescriptor(.decoderConfiguration) { configuration in
                let audioStreamType: UInt8 = 0x05 << 2 | 1
                configuration.writeMultipleIntegers(objectType.rawValue, audioStreamType)
                configuration.writeRepeatingByte(0, count: 3 + 4 + 4)  // buffer size and bit rates: unknown
                if decoderSpecificInformation.readableBytes > 0 {
                    configuration.writeDescriptor(.decoderSpecificInformation) {
                        $0.writeImmutableBuffer(decoderSpecificInformation)
                    }
                }
            }
            let predefinedForFiles: UInt8 = 2
            stream.writeDescriptor(.synchronizationLayer) { $0.writeInteger(predefinedForFiles) }
        }
    }

    /// Reads a descriptor.
    init(reading fields: inout BoxFields) throws(ISOBMFFFault) {
        try fields.enterDescriptor(.elementaryStream)
        try fields.skip(2)
        let flags = try fields.readUInt8()
        if flags & 0x80 != 0 { try fields.skip(2) }
        if flags & 0x40 != 0 { try fields.skip(Int(try fields.readUInt8())) }
        if flags & 0x20 != 0 { try fields.skip(2) }
        let length = try fields.enterDescriptor(.decoderConfiguration)
        let type = try fields.readUInt8()
        guard let objectType = ObjectType(rawValue: type) else { throw .unsupportedObjectType(type) }
        self.objectType = objectType
        let ownFields = 13
        try fields.skip(ownFields - 1)
        guard length > ownFields else {
            decoderSpecificInformation = ByteBuffer()
            return
        }
        let informationLength = try fields.enterDescriptor(.decoderSpecificInformation)
        decoderSpecificInformation = try fields.readBytes(informationLength)
    }

    init(objectType: ObjectType, decoderSpecificInformation: ByteBuffer) {
        self.objectType = objectType
        self.decoderSpecificInformation = decoderSpecificInformation
    }

    fileprivate enum Tag: UInt8 {
        case elementaryStream = 3
        case decoderConfiguration = 4
        case decoderSpecificInformation = 5
        case synchronizationLayer = 6
    }
}

extension ByteBuffer {
    /// Writes a descriptor with a length of four bytes, seven bits in each (ISO/IEC 14496-1 §8.3.3), the form that
    /// every reader knows from QuickTime files.
    fileprivate mutating func writeDescriptor(_ tag: ESDescriptor.Tag, _ content: (inout ByteBuffer) -> Void) {
        writeInteger(tag.rawValue)
        let lengthIndex = writerIndex
        writeInteger(UInt32(0))
        content(&self)
        let length = UInt32(truncatingIfNeeded: writerIndex - lengthIndex - 4)
        let spread = (length & 0x0FE0_0000) << 3 | (length & 0x1F_C000) << 2 | (length & 0x3F80) << 1 | length & 0x7F
        setInteger(0x8080_8000 | spread, at: lengthIndex)
    }
}

extension BoxFields {
    /// Reads the tag, which must be `tag`, and the length of a descriptor, and stands at its first field.
    @discardableResult
    fileprivate mutating func enterDescriptor(_ tag: ESDescriptor.Tag) throws(ISOBMFFFault) -> Int {
        guard try readUInt8() == tag.rawValue else { throw .missingDescriptor(tag: tag.rawValue) }
        var length = 0
        for _ in 0..<4 {
            let byte = try readUInt8()
            length = length << 7 | Int(byte & 0x7F)
            if byte & 0x80 == 0 { break }
        }
        return length
    }
}
