import EndpointCore
import HTTPTypes

extension ClientFacts {
    /// Characters that are kept of what a client says of itself.
    private static let longestText = 512

    /// Gathers what the head of a request tells.
    init(_ fields: HTTPFields, session: String, transport: String, address: String, port: Int? = nil) {
        self.init(
            session: session, transport: transport, address: address, port: port,
            agent: String((fields[.userAgent] ?? "").prefix(Self.longestText)))
        pageURL = String((fields[.referer] ?? "").prefix(Self.longestText))
    }
}
