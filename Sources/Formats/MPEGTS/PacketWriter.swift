import NIOCore

/// Cuts the payload of one PID into transport packets and counts them (ISO/IEC 13818-1 §2.4.3.2).
struct PacketWriter: Sendable {
    let identifier: PacketIdentifier
    private var continuityCounter: UInt8 = 0

    init(_ identifier: PacketIdentifier) {
        self.identifier = identifier
    }

    /// What a packet says in its adaptation field.
    struct Adaptation {
        var isRandomAccess = false
        var clock: ProgramClock.Reference?

        /// Bytes of the field with its length byte, before any stuffing; zero when there is nothing to say.
        var length: Int { clock != nil ? 8 : isRandomAccess ? 2 : 0 }
    }

    /// Writes a PES packet; what the adaptation field says stands in its first transport packet, and the last one is
    /// filled up with stuffing.
    mutating func write(_ pes: ByteBuffer, _ adaptation: Adaptation, into destination: inout ByteBuffer) {
        let count =
            (pes.readableBytes + adaptation.length + TransportPacket.bodyLength - 1) / TransportPacket.bodyLength
        destination.reserveCapacity(minimumWritableBytes: count * TransportPacket.length)
        pes.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            var ahead = adaptation
            var isFirst = true
            while !rest.isEmpty {
                let payload = rest.prefix(TransportPacket.bodyLength - ahead.length)
                writeHeader(startsUnit: isFirst, payloadLength: payload.count, ahead, into: &destination)
                destination.writeBytes(UnsafeRawBufferPointer(rebasing: payload))
                rest = rest.dropFirst(payload.count)
                ahead = Adaptation()
                isFirst = false
                rest = rest.dropFirst(writeWholePackets(UnsafeRawBufferPointer(rebasing: rest), into: &destination))
            }
        }
    }

    /// Writes as many packets as `bytes` fills, nothing in them but payload, and returns how many bytes those took.
    ///
    /// Nearly all packets of a picture are such; written one by one through the buffer they would cost twice as much.
    private mutating func writeWholePackets(
        _ bytes: UnsafeRawBufferPointer, into destination: inout ByteBuffer
    ) -> Int {
        let count = bytes.count / TransportPacket.bodyLength
        guard count > 0 else { return 0 }
        let length = count * TransportPacket.length
        destination.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
            for index in 0..<count {
                let packet = UnsafeMutableRawBufferPointer(
                    rebasing: room[index * TransportPacket.length..<(index + 1) * TransportPacket.length])
                packet[0] = TransportPacket.syncByte
                packet[1] = UInt8(truncatingIfNeeded: identifier.rawValue >> 8)
                packet[2] = UInt8(truncatingIfNeeded: identifier.rawValue)
                packet[3] = 0x10 | continuityCounter
                continuityCounter = (continuityCounter &+ 1) & 0x0F
                let body = index * TransportPacket.bodyLength..<(index + 1) * TransportPacket.bodyLength
                UnsafeMutableRawBufferPointer(rebasing: packet[TransportPacket.headerLength...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[body]))
            }
            return length
        }
        return count * TransportPacket.bodyLength
    }

    /// The longest section that fits one packet, in bytes: the pointer before it takes one.
    static let longestSection = TransportPacket.bodyLength - 1

    /// Writes a section that fits one packet, its rest filled with the value that ends a packet's sections.
    mutating func write(section: ByteBuffer, into destination: inout ByteBuffer) {
        let end = destination.writerIndex + TransportPacket.length
        writeHeader(
            startsUnit: true, payloadLength: TransportPacket.bodyLength, Adaptation(), into: &destination)
        destination.writeInteger(UInt8(0))  // pointer field: the section begins at once
        destination.writeImmutableBuffer(section)
        destination.writeRepeatingByte(0xFF, count: max(0, end - destination.writerIndex))
    }

    /// Writes a packet that carries nothing but a clock reference; it does not count (§2.4.3.3).
    mutating func write(clock: ProgramClock.Reference, into destination: inout ByteBuffer) {
        writeHeader(startsUnit: false, payloadLength: 0, Adaptation(clock: clock), into: &destination)
    }

    private mutating func writeHeader(
        startsUnit: Bool, payloadLength: Int, _ adaptation: Adaptation, into destination: inout ByteBuffer
    ) {
        let stuffing = TransportPacket.bodyLength - adaptation.length - payloadLength
        let hasAdaptation = adaptation.length > 0 || stuffing > 0
        let hasPayload = payloadLength > 0
        // A packet without payload repeats the counter of the one before.
        let counter = hasPayload ? continuityCounter : (continuityCounter &- 1) & 0x0F
        if hasPayload { continuityCounter = (continuityCounter &+ 1) & 0x0F }
        destination.writeMultipleIntegers(
            TransportPacket.syncByte,
            identifier.rawValue | (startsUnit ? 0x4000 : 0),
            (hasAdaptation ? 0x20 : 0) | (hasPayload ? 0x10 : 0) | counter)
        if hasAdaptation { adaptation.write(stuffing: stuffing, into: &destination) }
    }
}

extension PacketWriter.Adaptation {
    /// Writes the field, `stuffing` bytes longer than it need be.
    fileprivate func write(stuffing: Int, into destination: inout ByteBuffer) {
        destination.writeInteger(UInt8(truncatingIfNeeded: length + stuffing - 1))
        var stuffing = stuffing
        if length == 0 {
            // One byte of stuffing is the length alone, two are length and flags.
            guard stuffing > 1 else { return }
            stuffing -= 2
        }
        let isDiscontinuity = clock?.isDiscontinuity ?? false
        destination.writeInteger(
            UInt8((isDiscontinuity ? 0x80 : 0) | (isRandomAccess ? 0x40 : 0) | (clock != nil ? 0x10 : 0)))
        if let clock { destination.writeClockReference(SystemClock.reading(clock.ticks)) }
        destination.writeRepeatingByte(0xFF, count: stuffing)
    }
}
