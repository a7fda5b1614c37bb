import NIOCore

/// Puts the PES packets of one PID together.
struct PESAssembler: Sendable {
    let identifier: PacketIdentifier
    private var bytes = ByteBuffer()
    private var isRandomAccess = false
    private var isWithinPacket = false

    init(_ identifier: PacketIdentifier) {
        self.identifier = identifier
    }

    /// Takes the payload of one transport packet, and appends what it completes to `events`: the packet before, when
    /// that had no length and a new one begins, and this one, when its length is reached.
    mutating func receive(
        _ payload: ByteBuffer, startsUnit: Bool, isRandomAccess: Bool, into events: inout [TransportStreamDemuxer.Event]
    ) throws(MPEGTSFault) {
        if startsUnit {
            try finish(into: &events)
            self.isRandomAccess = isRandomAccess
            isWithinPacket = true
        }
        guard isWithinPacket else { return }
        guard bytes.readableBytes + payload.readableBytes <= TransportStreamDemuxer.longestPESPacket else {
            drop()
            throw .pesPacketTooLong(identifier)
        }
        bytes.writeImmutableBuffer(payload)
        guard let length = bytes.getInteger(at: bytes.readerIndex + 4, as: UInt16.self), length > 0,
            bytes.readableBytes >= Int(length) + 6
        else { return }
        try finish(into: &events)
    }

    /// Ends the packet that is being put together, if there is one.
    mutating func finish(into events: inout [TransportStreamDemuxer.Event]) throws(MPEGTSFault) {
        guard isWithinPacket else { return }
        let whole = bytes
        let isRandomAccess = isRandomAccess
        drop()
        events.append(.packet(try PESPacket(reading: whole, at: identifier, isRandomAccess: isRandomAccess)))
    }

    /// Forgets the packet that is being put together.
    mutating func drop() {
        bytes = ByteBuffer()
        isWithinPacket = false
    }
}
