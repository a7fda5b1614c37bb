/// A URL of RTMP or one of its variants, divided into application and stream name as FFmpeg does it.
///
/// | scheme | carried by | port |
/// |---|---|---|
/// | `rtmp`, `rtmpe` | TCP | 1935 |
/// | `rtmps` | TLS | 443 |
/// | `rtmpt`, `rtmpte` | HTTP | 80 |
/// | `rtmpts` | HTTP in TLS | 443 |
public struct RTMPURL: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no RTMP URL.
    public enum Fault: Error, Equatable, Sendable {
        /// The scheme is none of RTMP's.
        case unsupportedScheme
        /// There is no host.
        case missingHost
        /// The port is no number from 1 to 65,535.
        case invalidPort
    }

    /// Whether the connection is inside TLS: `rtmps`, `rtmpts`.
    public var isSecure: Bool
    /// Whether the connection goes through HTTP: `rtmpt`, `rtmpts`, `rtmpte`.
    public var isTunnelled: Bool
    /// Whether RTMP's own encryption is wanted, which is no security: `rtmpe`, `rtmpte`.
    public var isEncrypted: Bool
    /// The host's name or address, an IPv6 address without its brackets.
    public var host: String
    /// The port, the scheme's own when none is named.
    public var port: Int
    /// The application: the first part of the path, or the first two of three and more.
    public var application: String
    /// The stream's name: the rest of the path and the query, as it stands.
    public var streamName: String

    /// Reads a URL.
    ///
    /// Unlike FFmpeg, which looks for slashes in the query too, this divides the path alone. A user's name and password
    /// are left out.
    public init(_ text: some StringProtocol) throws(Fault) {
        let parts = ServerURL(String(text))
        guard let scheme = parts.scheme, Self.schemes.contains(scheme) else { throw .unsupportedScheme }
        let variant = scheme.dropFirst(4)
        isSecure = variant.contains("s")
        isTunnelled = variant.contains("t")
        isEncrypted = variant.contains("e")
        guard let host = parts.host, !host.isEmpty else { throw .missingHost }
        self.host = host
        if let named = parts.port {
            guard let number = UInt16(named), number > 0 else { throw .invalidPort }
            port = Int(number)
        } else {
            port = Self.defaultPort(isSecure: isSecure, isTunnelled: isTunnelled)
        }
        let (application, name) = Self.divide(parts.path)
        self.application = String(application)
        streamName = parts.query.isEmpty ? String(name) : "\(name)?\(parts.query)"
    }

    /// What goes into `tcUrl`: the URL up to the application, the port only when it is not the scheme's own.
    public var tcURL: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let suffix = port == Self.defaultPort(isSecure: isSecure, isTunnelled: isTunnelled) ? "" : ":\(port)"
        return "\(scheme)://\(name)\(suffix)/\(application)"
    }

    /// The URL without the stream's name, which may be a key.
    public var description: String { "\(tcURL)/…" }

    /// The schemes that there are.
    public static let schemes = ["rtmp", "rtmps", "rtmpt", "rtmpts", "rtmpe", "rtmpte"]

    /// The scheme, such as `rtmpte`.
    public var scheme: String {
        Self.scheme(isTunnelled: isTunnelled, isEncrypted: isEncrypted, isSecure: isSecure)
    }

    /// What a variant is called, also the one that no address asks for: `rtmpes` and `rtmptes` are RTMPE inside TLS.
    public static func scheme(isTunnelled: Bool, isEncrypted: Bool, isSecure: Bool) -> String {
        "rtmp" + (isTunnelled ? "t" : "") + (isEncrypted ? "e" : "") + (isSecure ? "s" : "")
    }

    private static func defaultPort(isSecure: Bool, isTunnelled: Bool) -> Int {
        isSecure ? 443 : isTunnelled ? 80 : 1935
    }

    /// The application ends at the second slash, or at the first when a colon such as that of `mp4:` comes before it.
    private static func divide(_ path: String) -> (application: Substring, name: Substring) {
        let path = path.drop { $0 == "/" }
        let first = path.prefix { $0 != "/" }
        let rest = path[first.endIndex...].dropFirst()
        let second = rest.prefix { $0 != "/" }
        guard second.endIndex < rest.endIndex, !second.contains(":") else { return (first, rest) }
        return (path[..<second.endIndex], rest[second.endIndex...].dropFirst())
    }
}
