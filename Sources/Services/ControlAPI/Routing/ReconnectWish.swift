import EndpointCore
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a request to let clients connect anew says: where to, and why.
struct ReconnectWish: Equatable, Sendable {
    /// Characters of either at most; it goes out in a status message.
    static let longestText = 1_024

    var url: String?
    var reason = "The server asks you to connect anew."

    /// Reads a request's body, which may be empty.
    init(_ request: HTTPRoute.Request) throws(APIProblem) {
        guard request.body.readableBytes > 0 else { return }
        try request.demandJSON()
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: Data(request.body.readableBytesView))
        } catch {
            throw .badRequest(
                "the body is an object such as {\"url\": \"rtmp://other.example.com/live\", \"reason\": \"maintenance\"}, both texts and both optional"
            )
        }
        if let url = body.url {
            guard Self.isText(url), url.hasPrefix("rtmp://") || url.hasPrefix("rtmps://") || url.hasPrefix("/") else {
                throw .badRequest("url is an rtmp:// or rtmps:// address, or a path of this server such as /live")
            }
            self.url = url
        }
        if let reason = body.reason {
            guard Self.isText(reason) else {
                throw .badRequest("reason is a text of at most \(Self.longestText) characters in one line")
            }
            self.reason = reason
        }
    }

    private static func isText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longestText && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private struct Body: Decodable {
        var url: String?
        var reason: String?

        private struct Name: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(_ name: String) { stringValue = name }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Name.self)
            if let unknown = members.allKeys.first(where: { !["url", "reason"].contains($0.stringValue) }) {
                throw DecodingError.dataCorruptedError(
                    forKey: unknown, in: members, debugDescription: "no such member")
            }
            url = try members.decodeIfPresent(String.self, forKey: Name("url"))
            reason = try members.decodeIfPresent(String.self, forKey: Name("reason"))
        }
    }
}
