import EndpointCore
import HTTPTypes
import TextCoding

extension ClientFacts {
    /// Bytes that are kept of what a client says of itself.
    private static let longestText = 512

    /// Gathers what the head of a request tells.
    init(_ fields: HTTPFields, session: String, transport: String, address: String, port: Int? = nil) {
        self.init(
            session: session, transport: transport, address: address, port: port,
            agent: String((fields[.userAgent] ?? "").fitting(utf8Bytes: Self.longestText)))
        pageURL = String((fields[.referer] ?? "").fitting(utf8Bytes: Self.longestText))
    }
}
