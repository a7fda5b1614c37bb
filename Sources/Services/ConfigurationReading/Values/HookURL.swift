/// Where a hook of the operator's is asked or told, or keys are fetched: a URL with `http` or `https`.
///
/// A path leads to a program; what stands behind `?` is often a secret. So the description ends at the query, and so do
/// logs, the API and `config show`.
public struct HookURL: Sendable, Equatable {
    /// Characters of a URL: 2,048, what every server takes.
    public static let longest = 2_048

    /// The whole text, for the request alone.
    public let revealed: String
    /// The host and, where it is written, the port.
    public let authority: String

    /// Reads a URL; `nil` for one without a host, with a user, with a fragment, or with what no URL has.
    public init?(_ text: String) {
        let schemes = ["http://", "https://"]
        guard text.utf8.count <= Self.longest, let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("#"),
            !text.contains(where: { "\"<>\\^`{|}".contains($0) })
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        guard Self.isAuthority(authority) else { return nil }
        self.authority = String(authority)
        revealed = text
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text, port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return false }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return false }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else { return false }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        if let port { guard let number = UInt16(port), number > 0 else { return false } }
        let isName =
            text.first == "[" || host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        return !host.isEmpty && isName
    }
}

extension HookURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL up to its query, of which no more than its being there is told.
    public var description: String {
        guard let mark = revealed.firstIndex(of: "?") else { return revealed }
        return revealed[..<mark] + "?…"
    }
    /// The same.
    public var debugDescription: String { description }
    /// A mirror that shows nothing, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
