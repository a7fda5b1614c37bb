import EndpointCore
import NIOCore
import TestSupport
import Testing

private let signature = "0d0a0d0a000d0a515549540a"

/// Headers that are right, and whom they name.
private let headers: [(bytes: ByteBuffer, client: String?)] = [
    (ByteBuffer(string: "PROXY TCP4 192.0.2.7 198.51.100.1 56324 1935\r\n"), "192.0.2.7:56324"),
    (ByteBuffer(string: "PROXY TCP6 2001:db8::7 2001:db8::1 56324 1935\r\n"), "[2001:db8::7]:56324"),
    (ByteBuffer(string: "PROXY UNKNOWN\r\n"), nil),
    (ByteBuffer(string: "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"), nil),
    (ByteBuffer(hex: signature + "21 11 000c c0000207 c6336401 dc04 078f"), "192.0.2.7:56324"),
    // With a TLV of type 4 (NOOP).
    (ByteBuffer(hex: signature + "21 11 0010 c0000207 c6336401 dc04 078f 04000100"), "192.0.2.7:56324"),
    (
        ByteBuffer(
            hex: signature
                + "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 dc04 078f"),
        "[2001:db8::7]:56324"
    ),
    (ByteBuffer(hex: signature + "20 00 0000"), nil),
    (ByteBuffer(hex: signature + "20 11 000c c0000207 c6336401 dc04 078f"), nil),
    (ByteBuffer(hex: signature + "21 00 0000"), nil),
]

@Suite("PROXY headers")
struct ProxyHeaderTests {
    @Test("of both versions are read, and what follows stays", arguments: headers.indices)
    func read(index: Int) throws {
        let (header, client) = headers[index]
        var bytes = header
        bytes.writeString("\u{3}rest")
        let read = try #require(try ProxyHeader.read(from: &bytes))
        switch read {
        case .proxied(let address): #expect(address.hostAndPort == client)
        case .unaddressed: #expect(client == nil)
        }
        #expect(String(buffer: bytes) == "\u{3}rest")
    }

    @Test("that are cut short are waited for, wherever they are cut", arguments: headers.indices)
    func truncated(index: Int) throws {
        let header = headers[index].bytes
        for length in 0..<header.readableBytes {
            var bytes = try #require(header.getSlice(at: header.readerIndex, length: length))
            // An empty connection has not begun with anything yet.
            guard length > 0 else { continue }
            #expect(try ProxyHeader.read(from: &bytes) == nil)
            #expect(bytes.readableBytes == length)
        }
    }

    @Test(
        "that are wrong are refused with the reason",
        arguments: [
            (ByteBuffer(hex: "03"), ProxyHeaderFault.noHeader(firstByte: 3)),
            (ByteBuffer(string: "PROPFIND"), .noHeader(firstByte: 0x50)),
            (ByteBuffer(string: "PROXY TCP4 192.0.2.7 198.51.100.1 56324 1935\n"), .illegalLine),
            (ByteBuffer(string: "PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n"), .illegalLine),
            (ByteBuffer(string: "PROXY TCP4 2001:db8::7 198.51.100.1 56324 1935\r\n"), .illegalLine),
            (ByteBuffer(string: "PROXY TCP4 192.0.2.7 198.51.100.1 65536 1935\r\n"), .illegalLine),
            (ByteBuffer(string: "PROXY TCP4 192.0.2.7 198.51.100.1 -1 1935\r\n"), .illegalLine),
            (ByteBuffer(string: "PROXY TCP4  192.0.2.7 198.51.100.1 1 1935\r\n"), .illegalLine),
            (ByteBuffer(string: "PROXY UDP4 192.0.2.7 198.51.100.1 1 1935\r\n"), .illegalLine),
            (ByteBuffer(string: "PROXY \u{7}\r\n"), .illegalLine),
            (ByteBuffer(string: "PROXY " + String(repeating: "x", count: 101)), .lineTooLong),
            (ByteBuffer(hex: signature + "11"), .unsupportedVersion(0x11)),
            (ByteBuffer(hex: signature + "22"), .unsupportedCommand(2)),
            (ByteBuffer(hex: signature + "21 12 000c c0000207 c6336401 dc04 078f"), .unsupportedTransport(0x12)),
            (ByteBuffer(hex: signature + "21 11 ffff"), .tooLong(bytes: 16 + 0xFFFF)),
            (ByteBuffer(hex: signature + "21 11 000b c0000207 c6336401 dc04 07"), .addressesTooShort(bytes: 11)),
        ])
    func refused(header: ByteBuffer, fault: ProxyHeaderFault) {
        var bytes = header
        #expect(throws: fault) { try ProxyHeader.read(from: &bytes) }
    }

    @Test("of any bytes end in a header, in waiting or in a fault, and take no more than there is")
    func random() throws {
        var random = SeededGenerator(seed: 7)
        for round in 0..<20_000 {
            var header = headers[round % headers.count].bytes
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: 0..<header.readableBytes, using: &random)
                header.setInteger(UInt8.random(in: .min ... .max, using: &random), at: header.readerIndex + index)
            }
            let before = header
            do throws(ProxyHeaderFault) {
                if try ProxyHeader.read(from: &header) == nil { #expect(header == before) }
                #expect(header.readableBytes <= before.readableBytes)
            } catch {
                continue
            }
        }
    }
}
