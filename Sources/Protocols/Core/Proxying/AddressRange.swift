public import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A range of IP addresses, written as an address or as a network with its prefix's length (RFC 4632 §3.1, RFC 4291
/// §2.3): `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`.
///
/// An IPv4 address that came in over an IPv6 socket (`::ffff:192.0.2.7`) is the IPv4 address that it stands for, and no
/// range of IPv6 holds it.
public struct AddressRange: Hashable, Sendable {
    /// The network, its host bits zero; IPv4 in the form of RFC 4291 §2.5.5.2.
    private let network: UInt128
    /// 0 … 128; for IPv4 96 more than what is written.
    private let prefixLength: Int

    /// Whether the range holds an address.
    public func contains(_ address: SocketAddress) -> Bool {
        guard let bits = Self.bits(of: address) else { return false }
        return Self.isIPv4(bits) == isIPv4 && bits & Self.mask(prefixLength) == network
    }

    private var isIPv4: Bool { prefixLength >= 96 && Self.isIPv4(network) }

    private static func isIPv4(_ bits: UInt128) -> Bool { bits >> 32 == 0xFFFF }

    /// Ones in the first `length` of 128 bits.
    private static func mask(_ length: Int) -> UInt128 {
        // A smart shift by all bits is zero.
        UInt128.max << (128 - length)
    }

    private static func bits(of address: SocketAddress) -> UInt128? {
        guard let text = address.ipAddress else { return nil }
        let isIPv4 = address.protocol == .inet
        // Room for either form, since C's structures of them belong to other modules in other builds.
        return withUnsafeTemporaryAllocation(byteCount: 16, alignment: 4) { room in
            guard let numeric = room.baseAddress,
                inet_pton(isIPv4 ? AF_INET : AF_INET6, text, numeric) == 1
            else { return nil }
            return bits(of: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<(isIPv4 ? 4 : 16)]))
        }
    }

    /// Four or sixteen bytes in network order.
    private static func bits(of bytes: UnsafeRawBufferPointer) -> UInt128 {
        let value = bytes.reduce(into: UInt128(0)) { $0 = $0 << 8 | UInt128($1) }
        return bytes.count == 4 ? value | 0xFFFF << 32 : value
    }
}

extension AddressRange: LosslessStringConvertible {
    /// Reads an address, or a network and the length of its prefix.
    ///
    /// Bits behind the prefix are dropped: `10.1.2.3/8` is `10.0.0.0/8`.
    public init?(_ description: String) {
        let sides = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        // A zone names an interface of this machine, and no range reaches over it.
        guard let text = sides.first, !text.contains("%"),
            let address = try? SocketAddress(ipAddress: String(text), port: 0), let bits = Self.bits(of: address)
        else { return nil }
        // `::ffff:10.0.0.0` is written with the length of IPv6.
        let isWrittenAsIPv4 = address.protocol == .inet
        let longest = isWrittenAsIPv4 ? 32 : 128
        var length = longest
        if sides.count > 1 {
            guard (1...3).contains(sides[1].utf8.count), sides[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let written = Int(sides[1]), written <= longest
            else { return nil }
            length = written
        }
        prefixLength = length + (isWrittenAsIPv4 ? 96 : 0)
        network = bits & Self.mask(prefixLength)
    }

    /// The range as it is written in configurations, always with the length of its prefix.
    public var description: String {
        var network = network
        let bytes = (0..<16).map { _ in
            defer { network <<= 8 }
            return UInt8(truncatingIfNeeded: network >> 120)
        }
        let packed = ByteBuffer(bytes: isIPv4 ? bytes[12...] : bytes[...])
        let address = (try? SocketAddress(packedIPAddress: packed, port: 0))?.ipAddress ?? "unknown"
        return "\(address)/\(isIPv4 ? prefixLength - 96 : prefixLength)"
    }
}

extension [AddressRange] {
    /// Whether any of the ranges holds an address.
    public func contains(_ address: SocketAddress?) -> Bool {
        guard let address else { return false }
        return contains { $0.contains(address) }
    }
}
