import EndpointCore

/// Trusts programs on the same machine, and nobody else.
struct LocalRequests: APIAuthorizer {
    private let isBehindProxy: @Sendable () -> Bool

    /// Makes an authorizer.
    ///
    /// - Parameter isBehindProxy: whether the operator has said that a proxy stands before the server, so that no request
    ///   is taken for one of this machine; asked at each request.
    init(isBehindProxy: @escaping @Sendable () -> Bool = { false }) {
        self.isBehindProxy = isBehindProxy
    }

    /// Everything for local requests, nothing for others.
    func authorize(_ request: HTTPRoute.Request) async -> Result<APIGrant, APIRefusal> {
        if isFromElsewhere(request) {
            return .failure(.forbidden("the API answers programs on the server's own machine: call it from there"))
        }
        switch request.strangerSign {
        case nil:
            return .success(APIGrant(name: "local", role: .admin))
        case .oldVersion?:
            return .failure(
                .forbidden("requests of HTTP/1.0 may come through a proxy: use HTTP/1.1 on this machine, or a token"))
        case .proxyField(let field)?:
            return .failure(
                .forbidden("this request came through a proxy (\(field)), and only direct local requests are trusted"))
        case .address?, .proxiedConnection?, .foreignName?:
            return .failure(
                .forbidden("only requests to localhost or a loopback address are trusted: use http://localhost"))
        }
    }

    /// Whether the connection alone, or the configuration, says that a request is not this machine's.
    func isFromElsewhere(_ request: HTTPRoute.Request) -> Bool {
        if isBehindProxy() { return true }
        return switch request.strangerSign {
        case .address?, .proxiedConnection?: true
        case .oldVersion?, .proxyField?, .foreignName?, nil: false
        }
    }
}
