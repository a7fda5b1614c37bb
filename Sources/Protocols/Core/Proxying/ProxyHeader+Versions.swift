import NIOCore

extension ProxyHeader {
    /// `PROXY TCP4 192.0.2.7 198.51.100.1 56324 1935` and a line end (PROXY protocol §2.1).
    static func readVersion1(from bytes: inout ByteBuffer) throws(ProxyHeaderFault) -> ProxyHeader? {
        let seen = bytes.readableBytesView.prefix(mostBytesOfVersion1)
        guard let end = seen.firstIndex(of: UInt8(ascii: "\n")) else {
            guard seen.count < mostBytesOfVersion1 else { throw .lineTooLong }
            return nil
        }
        let line = seen[..<end]
        guard line.last == UInt8(ascii: "\r"), line.allSatisfy({ $0 == 0x0D || (0x20...0x7E).contains($0) }) else {
            throw .illegalLine
        }
        let words = String(decoding: line.dropLast(), as: UTF8.self)
            .split(separator: " ", omittingEmptySubsequences: false)
        let header: ProxyHeader
        switch words.count > 1 ? words[1] : "" {
        case "UNKNOWN":
            // What follows is to be left alone.
            header = .unaddressed
        case "TCP4": header = try version1(words, family: .inet)
        case "TCP6": header = try version1(words, family: .inet6)
        default: throw .illegalLine
        }
        bytes.moveReaderIndex(forwardBy: line.count + 1)
        return header
    }

    private static func version1(
        _ words: [Substring], family: NIOBSDSocket.ProtocolFamily
    ) throws(ProxyHeaderFault) -> ProxyHeader {
        guard words.count == 6, let client = address(words[2], words[4]), let server = address(words[3], words[5]),
            client.protocol == family, server.protocol == family
        else { throw .illegalLine }
        return .proxied(client: client)
    }

    private static func address(_ text: Substring, _ port: Substring) -> SocketAddress? {
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(port)
        else { return nil }
        return try? SocketAddress(ipAddress: String(text), port: Int(port))
    }

    /// Signature, version and command, family and transport, length, addresses, and more that is skipped (PROXY protocol
    /// §2.2).
    static func readVersion2(from bytes: inout ByteBuffer) throws(ProxyHeaderFault) -> ProxyHeader? {
        let start = bytes.readerIndex + signature.count
        // As soon as it can be seen: a stranger need not be listened to any longer.
        if let versionAndCommand: UInt8 = bytes.getInteger(at: start) {
            guard versionAndCommand >> 4 == 2 else { throw .unsupportedVersion(versionAndCommand) }
            guard versionAndCommand & 0xF <= 1 else { throw .unsupportedCommand(versionAndCommand & 0xF) }
        }
        guard let command: UInt8 = bytes.getInteger(at: start), let transport: UInt8 = bytes.getInteger(at: start + 1),
            let length = bytes.getInteger(at: start + 2, as: UInt16.self).map(Int.init)
        else { return nil }
        let total = signature.count + 4 + length
        guard total <= mostBytesOfVersion2 else { throw .tooLong(bytes: total) }
        guard let content = bytes.getSlice(at: start + 4, length: length) else { return nil }
        let header = command & 0xF == 0 ? .unaddressed : try version2(transport, content)
        bytes.moveReaderIndex(forwardBy: total)
        return header
    }

    private static func version2(_ transport: UInt8, _ content: ByteBuffer) throws(ProxyHeaderFault) -> ProxyHeader {
        switch transport {
        case 0x11: .proxied(client: try client(of: content, addressBytes: 4))
        case 0x21: .proxied(client: try client(of: content, addressBytes: 16))
        // Not told, or a socket of the proxy's machine.
        case 0x00, 0x31: .unaddressed
        default: throw .unsupportedTransport(transport)
        }
    }

    /// The client's address, the server's, the client's port, the server's.
    private static func client(of content: ByteBuffer, addressBytes: Int) throws(ProxyHeaderFault) -> SocketAddress {
        guard content.readableBytes >= 2 * addressBytes + 4,
            let packed = content.getSlice(at: content.readerIndex, length: addressBytes),
            let port = content.getInteger(at: content.readerIndex + 2 * addressBytes, as: UInt16.self),
            let address = try? SocketAddress(packedIPAddress: packed, port: Int(port))
        else { throw .addressesTooShort(bytes: content.readableBytes) }
        return address
    }
}
