/// A peer's numeric address, and whether it is this machine's own.
public enum PeerAddress {
    /// Whether a numeric address is a loopback address (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    ///
    /// Of a connection that a proxy passed on it says nothing: see `Arrival.isFromThisMachine`.
    public static func isLoopback(_ address: String) -> Bool {
        guard address != "::1" else { return true }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.allSatisfy(isDigit) && UInt8($0) != nil }
    }

    /// Whether a host, with its port or without, is `localhost` or a loopback address as URLs write them (RFC 3986 §3.2).
    public static func namesThisMachine(_ authority: String) -> Bool {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            host = authority[..<end].dropFirst()
            rest = authority[end...].dropFirst()
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        guard rest.isEmpty || rest.first == ":" && rest.dropFirst().allSatisfy(isDigit) else { return false }
        return host.lowercased() == "localhost" || isLoopback(String(host))
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
