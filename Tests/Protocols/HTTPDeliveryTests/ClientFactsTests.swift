import EndpointCore
import HTTPTypes
import Testing

@testable import HTTPDelivery

@Suite("What the head of a request tells of a client")
struct ClientFactsTests {
    @Test("is kept to 512 bytes of each, though it be one character")
    func long() {
        let text = "e" + String(repeating: "\u{301}", count: 4_000)
        let facts = ClientFacts(
            [.userAgent: text, .referer: text], session: "s", transport: "hls", address: "192.0.2.1")
        #expect((500...512).contains(facts.agent.utf8.count))
        #expect((500...512).contains(facts.pageURL.utf8.count))
    }
}
