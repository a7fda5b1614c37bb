/// The PID of a transport packet, 13 bits: which stream the packet's payload belongs to (ISO/IEC 13818-1 §2.4.3.3).
public struct PacketIdentifier: Hashable, Sendable {
    /// 0 … 0x1FFF.
    public let rawValue: UInt16

    /// Makes an identifier of the low 13 bits of `rawValue`.
    public init(_ rawValue: UInt16) {
        self.rawValue = rawValue & 0x1FFF
    }

    /// The program association table.
    public static let programAssociation = PacketIdentifier(0)
    /// Packets without meaning that fill a constant bit rate.
    public static let null = PacketIdentifier(0x1FFF)

    /// Where the muxer puts the program map.
    static let programMap = PacketIdentifier(0x1000)
    /// Where the muxer puts the elementary stream of the track at `index`.
    static func elementaryStream(_ index: Int) -> PacketIdentifier {
        PacketIdentifier(0x100 + UInt16(clamping: index))
    }

    /// Whether tables and elementary streams of a program may be found here (ISO/IEC 13818-1 table 2-3).
    var isAssignable: Bool { (0x10...0x1FFE).contains(rawValue) }
}

extension PacketIdentifier: CustomStringConvertible {
    /// The identifier in hexadecimal, such as `0x100`.
    public var description: String { "0x" + String(rawValue, radix: 16) }
}

/// The form of a transport packet (ISO/IEC 13818-1 §2.4.3.2).
enum TransportPacket {
    /// Bytes of a packet.
    static let length = 188
    /// Bytes of the packet's header, without an adaptation field.
    static let headerLength = 4
    /// Bytes behind the packet's header.
    static let bodyLength = 184
    /// The first byte of every packet.
    static let syncByte: UInt8 = 0x47
}
