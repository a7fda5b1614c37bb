import Authorization
import Catalogue
import EndpointCore
import MediaModel
import TextCoding

/// Where a live stream is published and played: as configured, or by the name with which the client reached the API.
struct LiveStreamAddresses {
    private let scheme: String
    private let host: String
    private let authority: String
    private let rtmpPort: Int
    /// What playback addresses end with, such as `?token=…`.
    var query = ""

    /// Takes what is configured, or what the request and the proxies before the server say; `localhost` where neither gives
    /// a name that is one.
    init(_ request: HTTPRoute.Request, rtmpPort: Int, publicURL: String? = nil) {
        let configured = publicURL?.split(separator: "/", omittingEmptySubsequences: true)
        if let configured, configured.count == 2 {
            scheme = String(configured[0].dropLast())
            authority = String(configured[1])
        } else {
            // Whoever sends these fields gets them back, and nobody else does.
            let told = Self.first(request.headers["x-forwarded-proto"]) ?? Self.forwardedScheme(request)
            scheme = ["http", "https"].first { $0 == told } ?? (request.isSecure ? "https" : "http")
            let names = [Self.first(request.headers["x-forwarded-host"]), request.authority]
            authority = names.compactMap { $0 }.first(where: Self.isName) ?? "localhost"
        }
        self.rtmpPort = rtmpPort
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = String(authority[...end])
        } else {
            host = String(authority.prefix { $0 != ":" })
        }
    }

    /// The first of several values: that of the proxy which the client reached.
    private static func first(_ field: String?) -> String? {
        field?.split(separator: ",").first.map { $0.filter { $0 != " " }.lowercased() }
    }

    /// `proto` of `Forwarded` (RFC 7239 §5.4).
    private static func forwardedScheme(_ request: HTTPRoute.Request) -> String? {
        first(request.headers["forwarded"])?.split(separator: ";").first { $0.hasPrefix("proto=") }
            .map { $0.dropFirst("proto=".count).filter { $0 != "\"" } }
    }

    private static func isName(_ authority: String) -> Bool {
        (1...261).contains(authority.utf8.count)
            && authority.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                    true
                default: false
                }
            }
    }

    /// The encoder's field "Server".
    func rtmp(_ path: StreamPath) -> String {
        "rtmp://\(host)\(rtmpPort == 1935 ? "" : ":\(rtmpPort)")/\(path.application)"
    }

    /// An address on the HTTP port.
    private func http(_ path: StreamPath, _ ending: String) -> String {
        "\(scheme)://\(authority)/\(path)\(ending)\(query)"
    }

    func write(_ path: StreamPath, to writer: inout JSONWriter) {
        writer.member("playback") { writer in
            writer.member("hls", http(path, "/index.m3u8"))
            writer.member("dash", http(path, "/manifest.mpd"))
            writer.member("flv", http(path, ".flv"))
            writer.member("page", http(path, ""))
        }
    }
}

/// A live stream as the API shows it.
struct LiveStreamAnswer {
    let stream: RegisteredStream
    let addresses: LiveStreamAddresses
    let isLive: Bool
    /// The secret of a key that was made just now.
    var key: LiveStreamRegistrar.Issued?

    func write(to writer: inout JSONWriter) {
        writer.member("id", stream.id)
        writer.member("name", stream.title)
        writer.member("stream", stream.path.description)
        writer.member("record", stream.isRecorded)
        writer.member("live", isLive)
        writer.member("createdAt", time: UTCTime(stream.createdAt))
        writer.member("changedAt", time: UTCTime(stream.changedAt))
        writer.member("rtmpUrl", addresses.rtmp(stream.path))
        if let key { writer.member("streamKey", key.secret.revealed) }
        addresses.write(stream.path, to: &writer)
    }
}

/// A key as the API shows it: without the secret, unless it was made just now.
struct KeyAnswer {
    let key: RegisteredKey
    var secret: Secret?

    func write(to writer: inout JSONWriter) {
        writer.member("id", key.id)
        writer.member("label", key.label)
        writer.member("user", key.user)
        if !key.addresses.isEmpty {
            writer.member("addresses", of: key.addresses) { $0.string($1.description) }
        }
        writer.member("expiresAt", time: key.expiresAt.map { UTCTime($0) })
        writer.member("createdAt", time: UTCTime(key.createdAt))
        if let secret { writer.member("streamKey", secret.revealed) }
    }
}

/// A token as the API shows it: without the secret, unless it was made just now.
struct TokenAnswer {
    let token: APIToken
    var secret: Secret?

    func write(to writer: inout JSONWriter) {
        writer.member("id", token.id)
        writer.member("label", token.label)
        writer.member("role", token.role.rawValue)
        if let applications = token.applications {
            writer.member("applications", of: applications.sorted()) { $0.string($1) }
        }
        writer.member("expiresAt", time: token.expiresAt.map { UTCTime($0) })
        writer.member("createdAt", time: UTCTime(token.createdAt))
        if let secret { writer.member("token", secret.revealed) }
    }
}
