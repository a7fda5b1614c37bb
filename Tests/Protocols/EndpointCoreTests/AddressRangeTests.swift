import EndpointCore
import NIOCore
import Testing

@Suite("Ranges of addresses")
struct AddressRangeTests {
    private func address(_ text: String) throws -> SocketAddress { try SocketAddress(ipAddress: text, port: 1) }

    @Test(
        "hold what begins with their prefix, and nothing else",
        arguments: [
            ("192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.8", "::c000:207"]),
            ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "9.255.255.255", "::1"]),
            ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]),
            ("0.0.0.0/0", ["1.2.3.4"], ["::1", "2001:db8::1"]),
            ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "192.0.2.1"]),
            ("::/0", ["::1", "2001:db8::1"], ["192.0.2.1", "::ffff:192.0.2.1"]),
            ("::1", ["::1"], ["::2", "127.0.0.1"]),
            ("::ffff:10.0.0.0/104", ["10.1.2.3"], ["11.0.0.0"]),
        ])
    func contains(range: String, inside: [String], outside: [String]) throws {
        let range = try #require(AddressRange(range))
        for text in inside { #expect(range.contains(try address(text)), "\(text)") }
        for text in outside { #expect(!range.contains(try address(text)), "\(text)") }
    }

    @Test("have one way to be written")
    func description() {
        #expect(AddressRange("192.0.2.7")?.description == "192.0.2.7/32")
        #expect(AddressRange("10.1.2.3/8")?.description == "10.0.0.0/8")
        #expect(AddressRange("10.1.2.3/8") == AddressRange("10.0.0.0/8"))
        #expect(AddressRange("2001:0db8::/32")?.description == "2001:db8::/32")
    }

    @Test(
        "are not read from anything else",
        arguments: [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "fe80::1%lo", "host",
            "10.0.0.0/8/8",
            "10.0.0.0/+8", "1.2.3.4/0008",
        ])
    func refused(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
