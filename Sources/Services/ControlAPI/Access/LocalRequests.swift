import EndpointCore

/// Trusts programs on the same machine, and nobody else.
///
/// A request that came through a proxy is not local, though its last hop is: whoever stands before the proxy may be
/// anybody. Nor is one that a page made by giving its own name this machine's address (DNS rebinding): it would carry
/// that name, so the name must be one of this machine's own.
struct LocalRequests: APIAuthorizer {
    /// Header fields that proxies set.
    static let proxyFields = [
        "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
        "cf-connecting-ip", "true-client-ip", "x-client-ip", "x-cluster-client-ip",
    ]

    /// Everything for local requests, nothing for others.
    func authorize(_ request: HTTPRoute.Request) async -> Result<APIGrant, APIRefusal> {
        guard Self.isLoopback(request.peerAddress) else {
            return .failure(.forbidden("the API answers programs on the server's own machine: call it from there"))
        }
        if let field = Self.proxyFields.first(where: { request.headers[$0] != nil }) {
            return .failure(
                .forbidden("this request came through a proxy (\(field)), and only direct local requests are trusted"))
        }
        guard let authority = request.authority, Self.namesThisMachine(authority) else {
            return .failure(
                .forbidden("only requests to localhost or a loopback address are trusted: use http://localhost"))
        }
        return .success(APIGrant(name: "local", role: .admin))
    }

    /// Whether a numeric address is one of this machine's loopback.
    static func isLoopback(_ address: String) -> Bool {
        guard address != "::1" else { return true }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    static func namesThisMachine(_ authority: String) -> Bool {
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            host = authority[authority.index(after: authority.startIndex)..<end]
        } else {
            host = authority.prefix { $0 != ":" }
        }
        return host.lowercased() == "localhost" || isLoopback(String(host))
    }
}
