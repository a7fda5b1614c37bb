import RTMPSession

/// Where players go.
enum PlayAddress: Sendable {
    case rtmp(RTMPURL)
    case httpFLV(HTTPAddress)
    case hls(HTTPAddress)

    /// Reads `rtmp://…`, `http://….m3u8` or `http://….flv`.
    init(_ text: String) throws {
        guard text.hasPrefix("http://") else {
            self = .rtmp(try RTMPURL(text))
            return
        }
        let address = try HTTPAddress(text)
        self = address.path.hasSuffix(".m3u8") ? .hls(address) : .httpFLV(address)
    }

    var host: String {
        switch self {
        case .rtmp(let url): url.host
        case .httpFLV(let url), .hls(let url): url.host
        }
    }

    var port: Int {
        switch self {
        case .rtmp(let url): url.port
        case .httpFLV(let url), .hls(let url): url.port
        }
    }
}

/// A plain HTTP address.
struct HTTPAddress: Sendable, Equatable {
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
    /// The path alone.
    var path: Substring { target.prefix { $0 != "?" } }

    /// The address that a reference in a document at this address means; `nil` where it leads to another server.
    func resolving(_ reference: String) -> HTTPAddress? {
        if reference.hasPrefix("http://") {
            guard let other = try? HTTPAddress(reference), other.host == host, other.port == port else { return nil }
            return other
        }
        guard !reference.contains("://") else { return nil }
        var resolved = self
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        resolved.target = reference.hasPrefix("/") ? reference : folder + reference
        return resolved
    }

    /// The same address with another item in its query.
    func adding(_ item: String) -> HTTPAddress {
        var longer = self
        longer.target += (target.contains("?") ? "&" : "?") + item
        return longer
    }
}
