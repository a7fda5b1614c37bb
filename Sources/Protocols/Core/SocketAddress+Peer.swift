public import NIOCore

extension SocketAddress {
    /// The numeric address alone, an IPv4 address that came in over an IPv6 socket in its own form.
    public var peerAddress: String {
        let address = ipAddress ?? "unknown"
        return address.hasPrefix("::ffff:") && address.contains(".") ? String(address.dropFirst(7)) : address
    }

    /// The address and port as they are written in URLs, such as `127.0.0.1:1935` or `[::1]:1935`.
    public var hostAndPort: String {
        let address = peerAddress
        return (address.contains(":") ? "[\(address)]" : address) + ":\(port ?? 0)"
    }
}
