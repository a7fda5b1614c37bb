import EndpointCore

/// What a request to let clients connect anew says: where to, and why.
struct ReconnectWish: Equatable, Sendable {
    /// Characters of either at most; it goes out in a status message.
    static let longestText = 1_024

    var url: String?
    var reason = "The server asks you to connect anew."

    /// Reads a request's body, which may be empty.
    init(_ request: HTTPRoute.Request) throws(APIProblem) {
        let body = try JSONBody(request, known: ["url", "reason"], isOptional: true)
        if let url = try body.text("url") {
            guard Self.isText(url), url.hasPrefix("rtmp://") || url.hasPrefix("rtmps://") || url.hasPrefix("/") else {
                throw .badRequest("url is an rtmp:// or rtmps:// address, or a path of this server such as /live")
            }
            self.url = url
        }
        if let reason = try body.text("reason") {
            guard Self.isText(reason) else {
                throw .badRequest("reason is a text of at most \(Self.longestText) characters in one line")
            }
            self.reason = reason
        }
    }

    private static func isText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longestText && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
