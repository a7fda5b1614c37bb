import RTMPSession

/// Where players go.
enum PlayAddress: Sendable {
    case rtmp(RTMPURL)
    case httpFLV(HTTPAddress)

    /// Reads `rtmp://…` or `http://….flv`.
    init(_ text: String) throws {
        self = try text.hasPrefix("http://") ? .httpFLV(HTTPAddress(text)) : .rtmp(RTMPURL(text))
    }

    var host: String {
        switch self {
        case .rtmp(let url): url.host
        case .httpFLV(let url): url.host
        }
    }

    var port: Int {
        switch self {
        case .rtmp(let url): url.port
        case .httpFLV(let url): url.port
        }
    }
}

/// A plain HTTP address.
struct HTTPAddress: Sendable {
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    var host: String
    var port: Int
    /// Path and query.
    var target: String

    init(_ text: String) throws(Fault) {
        let rest = text.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash].split(separator: ":", omittingEmptySubsequences: false)
        guard let name = authority.first, !name.isEmpty, authority.count <= 2,
            let port = authority.count == 2 ? Int(authority[1]) : 80
        else { throw Fault(description: "\(text) is no plain http:// address") }
        host = String(name)
        self.port = port
        target = slash == rest.endIndex ? "/" : String(rest[slash...])
    }
}
