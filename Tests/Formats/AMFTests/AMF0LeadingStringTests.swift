import AMF
import NIOCore
import TestSupport
import Testing

@Suite("The string that names a message")
struct AMF0LeadingStringTests {
    @Test(
        "it is found without reading the rest",
        arguments: [
            ("02 0001 61", ""), ("02 0001 61 ff ff", "ffff"), ("0c 00000001 61 05", "05"),
            ("00 0000000000000000 00 0000000000000000 02 0001 61 05", "05"), ("01 01 05 06 02 0001 61", ""),
        ])
    func found(_ hex: String, _ rest: String) {
        var payload = ByteBuffer(hex: hex)
        #expect(AMF0Decoder.leadingString(of: payload) == "a")
        #expect(AMF0Decoder.readLeadingString(&payload) == "a")
        #expect(payload.hex == rest)
    }

    @Test(
        "there is none when something else comes first or the bytes end",
        arguments: [
            "", "02", "02 0002 61", "0c ffffffff 61", "00 00000000", "01", "03 0000 09 02 0001 61", "ff", "0505",
        ])
    func missing(_ hex: String) {
        var payload = ByteBuffer(hex: hex)
        #expect(AMF0Decoder.leadingString(of: payload) == nil)
        #expect(AMF0Decoder.readLeadingString(&payload) == nil)
        #expect(payload == ByteBuffer(hex: hex))
    }
}
