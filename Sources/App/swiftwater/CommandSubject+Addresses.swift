import RTMPSession

extension RTMPURL {
    /// Reads an argument.
    ///
    /// - Throws: what is wrong with it, without what may be a key in it.
    init(argument: String) throws(CommandFailure) {
        do throws(Fault) {
            self = try RTMPURL(argument)
        } catch {
            let schemes = Self.schemes.map { "\($0)://" }.joined(separator: ", ")
            let words =
                switch error {
                case .unsupportedScheme: "the address has to begin with one of \(schemes)"
                case .missingHost: "the address has no host: rtmp://HOST/APPLICATION/STREAM"
                case .invalidPort: "the port of the address is no number from 1 to 65535"
                }
            throw CommandFailure(words)
        }
        // To leave it out without a word would end in a refusal that nobody understands.
        guard !Self.hasLogin(argument) else {
            throw CommandFailure(
                "a login in the address cannot be sent; take a key as the stream's name: rtmp://HOST/APPLICATION/KEY")
        }
    }

    /// Whether a user's name or a password stands before the host.
    private static func hasLogin(_ address: String) -> Bool {
        guard let mark = address.firstRange(of: "://") else { return false }
        return address[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains("@")
    }
}

/// An address with plain HTTP.
struct HTTPAddress: CustomStringConvertible {
    let host: String
    let port: Int
    /// Path and query.
    let target: String

    /// Reads an argument.
    init(argument url: String) throws(CommandFailure) {
        let scheme = "http://"
        guard url.hasPrefix(scheme) else {
            throw CommandFailure("an address has to begin with http:// or one of RTMP's schemes, such as rtmp://")
        }
        let rest = url.dropFirst(scheme.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        target = slash == rest.endIndex ? "/" : String(rest[slash...])
        // The colons of an IPv6 address are within brackets.
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
                throw CommandFailure("the port of the address is no number from 1 to 65535")
            }
            port = Int(number)
            host = String(authority[..<colon].drop { $0 == "[" }.prefix { $0 != "]" })
        } else {
            port = 80
            host = String(authority.drop { $0 == "[" }.prefix { $0 != "]" })
        }
        guard !host.isEmpty else { throw CommandFailure("the address has no host: http://HOST/APPLICATION/STREAM.flv") }
    }

    /// Host and port for the `Host` field.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The address without its query, in which a token may be.
    var description: String { "http://\(authority)\(target.prefix { $0 != "?" })" }
}
