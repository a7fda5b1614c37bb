import Authorization
import Catalogue
import EndpointCore
import MediaModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a live stream is published and played, by the name with which the client reached the API.
struct LiveStreamAddresses {
    private let host: String
    private let authority: String
    private let rtmpPort: Int
    /// What playback addresses end with, such as `?token=…`.
    var query = ""

    /// Takes the name of the server out of a request; `localhost` where it gives none that is one.
    init(_ request: HTTPRoute.Request, rtmpPort: Int) {
        let authority = request.authority ?? ""
        let isName =
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
        self.authority = isName ? authority : "localhost"
        self.rtmpPort = rtmpPort
        if self.authority.hasPrefix("["), let end = self.authority.firstIndex(of: "]") {
            host = String(self.authority[...end])
        } else {
            host = String(self.authority.prefix { $0 != ":" })
        }
    }

    /// The encoder's field "Server".
    func rtmp(_ path: StreamPath) -> String {
        "rtmp://\(host)\(rtmpPort == 1935 ? "" : ":\(rtmpPort)")/\(path.application)"
    }

    /// An address on the HTTP port.
    private func http(_ path: StreamPath, _ ending: String) -> String {
        "http://\(authority)/\(path)\(ending)\(query)"
    }

    func write(_ path: StreamPath, to writer: inout JSONWriter) {
        writer.member("playback") { writer in
            writer.member("hls", http(path, "/index.m3u8"))
            writer.member("dash", http(path, "/manifest.mpd"))
            writer.member("flv", http(path, ".flv"))
            writer.member("whep", http(path, "/whep"))
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
        writer.member("createdAt", time: WallTime(stream.createdAt))
        writer.member("changedAt", time: WallTime(stream.changedAt))
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
        writer.member("expiresAt", time: key.expiresAt.map(WallTime.init))
        writer.member("createdAt", time: WallTime(key.createdAt))
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
        writer.member("expiresAt", time: token.expiresAt.map(WallTime.init))
        writer.member("createdAt", time: WallTime(token.createdAt))
        if let secret { writer.member("token", secret.revealed) }
    }
}

extension WallTime {
    init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1_000).rounded()
        self.init(milliseconds: Int64(exactly: milliseconds) ?? 0)
    }
}
