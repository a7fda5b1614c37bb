/// What shows that a request by HTTP may be somebody else's than a program's on the server's own machine.
///
/// A request that came through a proxy is not this machine's, though its last hop is: whoever stands before the proxy may
/// be anybody. Nor is one that a page made by giving its own name this machine's address (DNS rebinding): it carries that
/// name, so the name must be one of this machine's own.
public enum StrangerSign: Sendable, Equatable {
    /// It came from another address than a loopback one.
    case address
    /// A proxy passed its connection on with a PROXY header, whatever address that told.
    case proxiedConnection
    /// It is of HTTP/1.0, in which proxies ask that say nothing else of themselves, and hardly anybody else does.
    case oldVersion
    /// It carries a header field that proxies set; its name in lower case.
    case proxyField(String)
    /// It names another host than this machine, or none.
    case foreignName

    /// Header fields that proxies set.
    public static let proxyFields = [
        "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
        "cf-connecting-ip", "true-client-ip", "x-client-ip", "x-cluster-client-ip",
    ]
}

extension HTTPRoute.Request {
    /// What shows first that the request may be a stranger's; `nil` where a program on this machine sent it, or a browser
    /// on it, as far as can be seen.
    ///
    /// A proxy on this machine that sets no header, keeps to HTTP/1.1 and writes this machine's name for `Host` cannot be
    /// told from a program.
    public var strangerSign: StrangerSign? {
        guard PeerAddress.isLoopback(peerAddress) else { return .address }
        guard !isProxied else { return .proxiedConnection }
        guard !isOfOldVersion else { return .oldVersion }
        if let field = StrangerSign.proxyFields.first(where: { headers[$0] != nil }) { return .proxyField(field) }
        guard let authority, PeerAddress.namesThisMachine(authority) else { return .foreignName }
        return nil
    }

    /// Whether a program on this machine sent the request, and no page of another site had a browser send it.
    public var isFromThisMachine: Bool { strangerSign == nil && !isFromForeignPage }

    /// Whether a page that is not our own made a browser send the request.
    ///
    /// A browser adds what it knows of itself, such as being on a machine that is trusted; so nothing is changed at the word
    /// of a foreign page. Programs that are no browser send neither field.
    public var isFromForeignPage: Bool {
        if let site = headers["sec-fetch-site"] { return site != "same-origin" && site != "none" }
        guard let origin = headers["origin"] else { return false }
        // An origin is `scheme://host:port`, or `null` (RFC 6454 §7.1).
        guard let authority, let colon = origin.firstIndex(of: ":"), origin[colon...].hasPrefix("://") else {
            return true
        }
        return origin[colon...].dropFirst(3).lowercased() != authority.lowercased()
    }
}
