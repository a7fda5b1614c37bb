#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A place to listen at, as an operator writes it: `host:port`, `:port` or `[v6]:port`.
public struct ListenAddress: Sendable, Hashable {
    /// A host name or a numeric address without brackets; `nil` for every address of the machine, IPv6 and IPv4.
    public let host: String?
    /// 0 … 65535; 0 takes a free port.
    public let port: Int

    /// Makes an address; a port outside 0 … 65535 is clamped.
    public init(host: String? = nil, port: Int) {
        self.host = host
        self.port = min(max(port, 0), 65535)
    }
}

extension ListenAddress: LosslessStringConvertible {
    /// Reads `host:port`, `:port` or `[v6]:port`.
    public init?(_ description: String) {
        guard let colon = description.lastIndex(of: ":") else { return nil }
        let digits = description[description.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(Self.isDigit),
            let port = Int(digits), port <= 65535
        else { return nil }
        let host = description[..<colon]
        if host.isEmpty {
            self.init(port: port)
        } else if host.hasPrefix("["), host.hasSuffix("]"), Self.isIPv6(String(host.dropFirst().dropLast())) {
            self.init(host: String(host.dropFirst().dropLast()), port: port)
        } else if Self.isHostName(host) {
            self.init(host: String(host), port: port)
        } else {
            return nil
        }
    }

    /// The address as an operator writes it.
    public var description: String {
        guard let host else { return ":\(port)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Whether `text` is an IPv6 address, with or without a zone (`fe80::1%eth0`, RFC 4007 §11).
    private static func isIPv6(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let numeric = parts.first, parts.count == 1 || isHostName(parts[1]) else { return false }
        var address = in6_addr()
        return inet_pton(AF_INET6, String(numeric), &address) == 1
    }

    /// Whether `text` can be a host name (RFC 1123 §2.1, and the underscore that container networks use).
    ///
    /// What is made of digits and dots alone has to be an IPv4 address: `127.0.0` would be one to some resolvers.
    private static func isHostName(_ text: Substring) -> Bool {
        let bytes = text.utf8
        guard (1...253).contains(bytes.count), bytes.first != UInt8(ascii: "-") else { return false }
        if bytes.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) {
            var address = in_addr()
            return inet_pton(AF_INET, String(text), &address) == 1
        }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
