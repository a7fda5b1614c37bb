import EndpointCore
import Testing

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "leaves what never needs it, and writes every other byte as two digits",
        arguments: [
            ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b+c", "a%20b%2Bc"), ("ü€", "%C3%BC%E2%82%AC"),
            ("/?#[]@!$&'()*,;=:%", "%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2C%3B%3D%3A%25"),
            ("\"<>\\\0\n", "%22%3C%3E%5C%00%0A"),
        ])
    func encoding(text: String, encoded: String) {
        #expect(text.percentEncoded == encoded)
        #expect(encoded.percentDecoded == text)
    }

    @Test(
        "can be read again only where two digits follow, and the bytes are text", arguments: ["%", "%4", "%zz", "%FF"])
    func broken(text: String) {
        #expect(text.percentDecoded == nil)
    }
}
