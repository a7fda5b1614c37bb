public import NIOCore

/// Takes a transport stream with one program apart, and reports what is wrong with its counters.
///
/// Made for tests and validators: it is strict, and after a fault it is not to be used further. What it keeps is bounded
/// by `mostStreams` and `longestPESPacket`.
public struct TransportStreamDemuxer: Sendable {
    /// The most elementary streams of a program: 32.
    ///
    /// Broadcasts with many languages have about a dozen.
    public static let mostStreams = 32
    /// The longest PES packet, in bytes: 16 MiB, which holds any frame that the muxer writes.
    public static let longestPESPacket = 16 << 20

    /// What a transport stream tells, in the order in which it does.
    public enum Event: Equatable, Sendable {
        /// A program association table: where the program map is.
        case programAssociation(PacketIdentifier)
        /// A program map table, new or repeated.
        case programMap(ProgramMap)
        /// A whole PES packet.
        case packet(PESPacket)
        /// A program clock reference in ticks of 27 MHz, and whether the time base starts anew with it.
        case clock(PacketIdentifier, ticks: UInt64, isDiscontinuity: Bool)
        /// A packet whose continuity counter does not follow the one before; what was being put together is dropped.
        case continuityBroken(PacketIdentifier, expected: UInt8, found: UInt8)
    }

    private var remainder = ByteBuffer()
    private var association = SectionAssembler(.programAssociation)
    private var map: SectionAssembler?
    private var streams: [PacketIdentifier: PESAssembler] = [:]
    private var lastCounters: [PacketIdentifier: UInt8] = [:]

    /// Makes a demuxer at the beginning of a stream.
    public init() {}

    /// Takes the next bytes of the stream, cut anywhere, and appends what they complete to `events`.
    public mutating func receive(_ bytes: ByteBuffer, into events: inout [Event]) throws(MPEGTSFault) {
        remainder.writeImmutableBuffer(bytes)
        while let packet = remainder.readSlice(length: TransportPacket.length) {
            try read(packet, into: &events)
        }
        remainder.discardReadBytes()
    }

    /// Ends the stream: PES packets that had no length end here.
    public mutating func finish(into events: inout [Event]) throws(MPEGTSFault) {
        for identifier in streams.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            try streams[identifier]?.finish(into: &events)
        }
    }

    private mutating func read(_ packet: ByteBuffer, into events: inout [Event]) throws(MPEGTSFault) {
        var body = packet
        guard let (sync, word, control) = body.readMultipleIntegers(as: (UInt8, UInt16, UInt8).self),
            sync == TransportPacket.syncByte
        else { throw .synchronizationLost(packet.getInteger(at: packet.readerIndex) ?? 0) }
        let identifier = PacketIdentifier(word)
        guard identifier != .null else { return }
        let adaptation =
            control & 0x20 == 0 ? AdaptationField() : try AdaptationField(reading: &body, at: identifier)
        if let clock = adaptation.clock {
            events.append(.clock(identifier, ticks: clock, isDiscontinuity: adaptation.isDiscontinuity))
        }
        guard isKnown(identifier) else { return }
        let hasPayload = control & 0x10 != 0
        checkContinuity(of: identifier, control & 0x0F, hasPayload: hasPayload, into: &events)
        guard hasPayload else { return }
        let startsUnit = word & 0x4000 != 0
        if identifier == .programAssociation {
            if let section = try association.receive(body, startsUnit: startsUnit) {
                try readAssociation(section, into: &events)
            }
        } else if identifier == map?.identifier {
            if let section = try map?.receive(body, startsUnit: startsUnit) { try readMap(section, into: &events) }
        } else {
            try streams[identifier]?.receive(
                body, startsUnit: startsUnit, isRandomAccess: adaptation.isRandomAccess, into: &events)
        }
    }

    private func isKnown(_ identifier: PacketIdentifier) -> Bool {
        identifier == .programAssociation || identifier == map?.identifier || streams[identifier] != nil
    }

    /// Compares a packet's counter with the one before, which a packet without payload repeats (§2.4.3.3).
    private mutating func checkContinuity(
        of identifier: PacketIdentifier, _ counter: UInt8, hasPayload: Bool, into events: inout [Event]
    ) {
        if let last = lastCounters[identifier] {
            let expected = hasPayload ? (last &+ 1) & 0x0F : last
            if expected != counter {
                events.append(.continuityBroken(identifier, expected: expected, found: counter))
                streams[identifier]?.drop()
            }
        }
        lastCounters[identifier] = counter
    }

    private mutating func readAssociation(_ section: Section, into events: inout [Event]) throws(MPEGTSFault) {
        guard section.tableID == 0 else { throw .malformedSection(section.identifier) }
        var content = section.content
        while let (program, word) = content.readMultipleIntegers(as: (UInt16, UInt16).self) {
            // Program 0 names the network's own table.
            guard program != 0 else { continue }
            let identifier = PacketIdentifier(word)
            guard identifier.isAssignable else { throw .reservedPacketIdentifier(identifier) }
            if map?.identifier != identifier { map = SectionAssembler(identifier) }
            events.append(.programAssociation(identifier))
            return
        }
    }

    private mutating func readMap(_ section: Section, into events: inout [Event]) throws(MPEGTSFault) {
        guard section.tableID == 2 else { throw .malformedSection(section.identifier) }
        let map = try ProgramMap(reading: section)
        let identifiers = Set(map.streams.map(\.identifier))
        for identifier in streams.keys where !identifiers.contains(identifier) {
            streams[identifier] = nil
            lastCounters[identifier] = nil
        }
        for identifier in identifiers where streams[identifier] == nil {
            streams[identifier] = PESAssembler(identifier)
        }
        events.append(.programMap(map))
    }
}

/// What the adaptation field of a packet says (ISO/IEC 13818-1 §2.4.3.4).
private struct AdaptationField {
    var isRandomAccess = false
    var isDiscontinuity = false
    /// The program clock reference in ticks of 27 MHz.
    var clock: UInt64?

    init() {}

    init(reading body: inout ByteBuffer, at identifier: PacketIdentifier) throws(MPEGTSFault) {
        guard let length = body.readInteger(as: UInt8.self), var field = body.readSlice(length: Int(length)) else {
            throw .malformedAdaptationField(identifier)
        }
        guard let flags = field.readInteger(as: UInt8.self) else { return }
        isDiscontinuity = flags & 0x80 != 0
        isRandomAccess = flags & 0x40 != 0
        guard flags & 0x10 != 0 else { return }
        guard let clock = field.readClockReference() else { throw .malformedAdaptationField(identifier) }
        self.clock = clock
    }
}
