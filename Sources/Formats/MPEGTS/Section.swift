import NIOCore

/// One section of a table whose checksum is right (ISO/IEC 13818-1 §2.4.4.11).
struct Section {
    let identifier: PacketIdentifier
    let tableID: UInt8
    let version: UInt8
    /// What lies between the section numbers and the checksum.
    let content: ByteBuffer
}

/// Puts the sections of one PID together.
struct SectionAssembler: Sendable {
    /// The longest section of the tables read here, in bytes (ISO/IEC 13818-1 §2.4.4.5: section length up to 1021).
    static let longestSection = 1024

    let identifier: PacketIdentifier
    private var bytes = ByteBuffer()
    private var isWithinSection = false

    init(_ identifier: PacketIdentifier) {
        self.identifier = identifier
    }

    /// Takes the payload of one packet and returns the section that it completes, if it does.
    ///
    /// Of several sections in one packet the first is read, which is the only one in streams with one program.
    mutating func receive(_ payload: ByteBuffer, startsUnit: Bool) throws(MPEGTSFault) -> Section? {
        var payload = payload
        if startsUnit {
            guard let pointer = payload.readInteger(as: UInt8.self), payload.readSlice(length: Int(pointer)) != nil
            else { throw .malformedSection(identifier) }
            bytes.clear()
            isWithinSection = true
        }
        guard isWithinSection else { return nil }
        bytes.writeImmutableBuffer(payload)
        guard let word = bytes.getInteger(at: bytes.readerIndex + 1, as: UInt16.self) else { return nil }
        let length = 3 + Int(word & 0x0FFF)
        guard length <= Self.longestSection else { throw .malformedSection(identifier) }
        guard let whole = bytes.getSlice(at: bytes.readerIndex, length: length) else { return nil }
        isWithinSection = false
        return try parse(whole)
    }

    private func parse(_ whole: ByteBuffer) throws(MPEGTSFault) -> Section {
        guard SectionChecksum.compute(whole.readableBytesView) == 0 else { throw .wrongSectionChecksum(identifier) }
        var bytes = whole
        guard
            let (tableID, _, _, version, _) = bytes.readMultipleIntegers(
                as: (UInt8, UInt16, UInt16, UInt8, UInt16).self),
            let content = bytes.readSlice(length: bytes.readableBytes - 4)
        else { throw .malformedSection(identifier) }
        return Section(identifier: identifier, tableID: tableID, version: version >> 1 & 0x1F, content: content)
    }
}
