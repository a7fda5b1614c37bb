import NIOCore

/// The sections of the two tables that say what a transport stream with one program holds.
enum ProgramTables {
    /// The one transport stream, and the one program in it.
    private static let identifier: UInt16 = 1

    /// The section that says where the program map is (ISO/IEC 13818-1 §2.4.4.3).
    static func associationSection() -> ByteBuffer {
        section(tableID: 0, version: 0) { section in
            section.writeMultipleIntegers(identifier, 0xE000 | PacketIdentifier.programMap.rawValue)
        }
    }

    /// The section that says which streams the program has (ISO/IEC 13818-1 §2.4.4.8).
    static func mapSection(
        clock: PacketIdentifier, streams: [ProgramMap.Stream], version: UInt8
    ) -> ByteBuffer {
        section(tableID: 2, version: version) { section in
            section.writeMultipleIntegers(0xE000 | clock.rawValue, UInt16(0xF000))
            for stream in streams {
                let descriptors = stream.descriptors
                section.writeMultipleIntegers(
                    stream.type.rawValue, 0xE000 | stream.identifier.rawValue,
                    0xF000 | UInt16(truncatingIfNeeded: descriptors.readableBytes))
                section.writeImmutableBuffer(descriptors)
            }
        }
    }

    private static func section(
        tableID: UInt8, version: UInt8, _ content: (inout ByteBuffer) -> Void
    ) -> ByteBuffer {
        var section = ByteBuffer()
        section.writeMultipleIntegers(tableID, UInt16(0), identifier)
        section.writeMultipleIntegers(0xC1 | (version & 0x1F) << 1, UInt16(0))  // applies now; section 0 of 0
        content(&section)
        let length = section.readableBytes - 3 + 4
        section.setInteger(0xB000 | UInt16(truncatingIfNeeded: length), at: section.readerIndex + 1)
        section.writeInteger(SectionChecksum.compute(section.readableBytesView))
        return section
    }
}
