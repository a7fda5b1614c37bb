import EndpointCore

extension ClientFacts {
    /// `tcUrl` as hooks are told it: the server's scheme, host and port as the client named them, and the application.
    ///
    /// Whatever else a client puts there may be a stream key: in the query, in the path behind the application, and in
    /// front of the host.
    ///
    /// - Returns: an empty text where the client named no server.
    func toldTCURL(to application: String) -> String {
        let text = tcURL.utf8.drop { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
        let scheme = text.prefix { Self.isOfScheme($0) }
        let rest = text[scheme.endIndex...]
        guard !scheme.isEmpty, rest.starts(with: "://".utf8) else { return "" }
        let authority = rest.dropFirst(3).prefix { Self.isOfAuthority($0) }
        let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[$0...].dropFirst() } ?? authority
        return String(decoding: scheme, as: UTF8.self) + "://" + String(decoding: host, as: UTF8.self) + "/"
            + application
    }

    private static func isOfScheme(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Visible characters up to what ends a host in any reading of URLs.
    private static func isOfAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            false
        default: byte > 0x20 && byte < 0x7F
        }
    }
}
