public import NIOCore

/// What a proxy says of the connection that it passes on (the PROXY protocol, version 1 and 2, of HAProxy).
public enum ProxyHeader: Equatable, Sendable {
    /// The client's address, as the proxy saw it.
    case proxied(client: SocketAddress)
    /// The proxy speaks for itself, such as to see whether the server is there, or does not know the client.
    ///
    /// The connection's own addresses hold, but nobody is taken for a program on this machine by them (PROXY protocol §2.1 `UNKNOWN`, §2.2 `LOCAL` and `AF_UNSPEC`).
    case unaddressed

    /// Bytes of a header of version 1, with its line end (PROXY protocol §2.1).
    public static let mostBytesOfVersion1 = 107
    /// Bytes of a header of version 2.
    ///
    /// 4 KiB: the addresses take 52, and proxies of clouds add some hundred bytes of their own, a client certificate among
    /// them.
    public static let mostBytesOfVersion2 = 4_096

    /// With what version 2 begins: no line of any protocol, and no version 1 (PROXY protocol §2.2).
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    /// With what version 1 begins.
    static let word = Array("PROXY ".utf8)
}

/// What a peer did against the PROXY protocol.
public enum ProxyHeaderFault: Error, Equatable, Sendable {
    /// The first bytes belong to something else.
    case noHeader(firstByte: UInt8)
    /// A line of version 1 that does not end within its bound.
    case lineTooLong
    /// A line of version 1 that is none.
    case illegalLine
    /// The header's version is not 2; the value is the byte with version and command.
    case unsupportedVersion(UInt8)
    /// A command other than `LOCAL` and `PROXY`.
    case unsupportedCommand(UInt8)
    /// A family and transport that no connection of ours has, such as UDP.
    case unsupportedTransport(UInt8)
    /// A header of version 2 longer than `ProxyHeader.mostBytesOfVersion2`.
    case tooLong(bytes: Int)
    /// A header of version 2 that has no room for its addresses.
    case addressesTooShort(bytes: Int)
}

extension ProxyHeader {
    /// Takes a header from what a connection begins with.
    ///
    /// Bytes behind it stay.
    ///
    /// - Returns: `nil`, and `bytes` as they were, while the header is not complete.
    public static func read(from bytes: inout ByteBuffer) throws(ProxyHeaderFault) -> ProxyHeader? {
        switch beginning(of: bytes) {
        case .none: throw .noHeader(firstByte: bytes.getInteger(at: bytes.readerIndex) ?? 0)
        case .undecided: return nil
        case .version1: return try readVersion1(from: &bytes)
        case .version2: return try readVersion2(from: &bytes)
        }
    }

    /// How a connection can begin.
    public enum Beginning: Sendable {
        /// With something else.
        case none
        /// With a header, as far as can be seen, which is not far.
        case undecided
        /// With a header of version 1.
        case version1
        /// With a header of version 2.
        case version2
    }

    /// With what a connection begins, as far as its first bytes tell.
    public static func beginning(of bytes: ByteBuffer) -> Beginning {
        for (start, version) in [(word, Beginning.version1), (signature, .version2)] {
            let seen = bytes.readableBytesView.prefix(start.count)
            guard seen.elementsEqual(start.prefix(seen.count)) else { continue }
            return seen.count == start.count ? version : .undecided
        }
        return .none
    }
}
