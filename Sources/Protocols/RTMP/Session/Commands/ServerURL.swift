/// The parts of a URL as `tcUrl` has them, taken apart without complaint: what is missing is empty.
struct ServerURL {
    /// In lower case; `nil` when there is no `://`, and then all of the text is path and query.
    var scheme: String?
    /// In lower case, an IPv6 address without its brackets.
    var host: String?
    /// What stands behind the host's colon.
    var port: String?
    /// From the first slash to the query, without slashes in front.
    var path: String
    /// What stands behind `?`; the fragment, where some put the stream's name, is left out.
    var query: String

    init(_ text: String) {
        let text = text.trimmed.prefix { $0 != "#" }
        var rest = text[...]
        if let mark = text.firstIndex(of: ":"), text[mark...].hasPrefix("://") {
            scheme = text[..<mark].lowercased()
            rest = text[mark...].dropFirst(3)
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            rest = rest[authority.endIndex...]
            (host, port) = Self.divide(authority)
        }
        let beforeQuery = rest.prefix { $0 != "?" }
        path = String(beforeQuery.drop { $0 == "/" })
        query = String(rest[beforeQuery.endIndex...].dropFirst())
    }

    private static func divide(_ authority: Substring) -> (host: String, port: String?) {
        let address = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if address.hasPrefix("["), let bracket = address.firstIndex(of: "]") {
            let rest = address[bracket...].dropFirst()
            return (address[..<bracket].dropFirst().lowercased(), rest.hasPrefix(":") ? String(rest.dropFirst()) : nil)
        }
        let host = address.prefix { $0 != ":" }
        let port = address[host.endIndex...].dropFirst()
        return (host.lowercased(), host.endIndex < address.endIndex ? String(port) : nil)
    }
}

extension String {
    /// The text without the spaces and quotes that users and their programs put around it.
    var trimmed: String {
        let isPadding: (Character) -> Bool = { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        var rest = self[...]
        rest = rest.drop(while: isPadding)
        while let last = rest.last, isPadding(last) { rest.removeLast() }
        return String(rest)
    }
}
