public import Authorization
import Catalogue
public import EndpointCore
import TextCoding

/// Trusts who has a token, and programs on the same machine until somebody has made one.
public struct TokenRequests: APIAuthorizer {
    private let authorizer: PolicyAuthorizer
    private let local: LocalRequests

    /// Makes an authorizer that asks another for tokens.
    ///
    /// - Parameter isBehindProxy: whether a proxy is known to stand before the server, so that nobody is trusted without a
    ///   token; asked at each request.
    public init(_ authorizer: PolicyAuthorizer, isBehindProxy: @escaping @Sendable () -> Bool = { false }) {
        self.authorizer = authorizer
        local = LocalRequests(isBehindProxy: isBehindProxy)
    }

    /// What the token allows, or everything for local requests while they are trusted.
    public func authorize(_ request: HTTPRoute.Request) async -> Result<APIGrant, APIRefusal> {
        if let field = request.headers["authorization"] { return await authorize(field, from: request.peerAddress) }
        if local.isFromElsewhere(request) {
            await authorizer.prepareFirstToken()
            return .failure(
                .unknown(
                    "send a token in the header, Authorization: Bearer …; the server's log says where the first one is")
            )
        }
        guard await authorizer.trustsThisMachine() else {
            return .failure(
                .unknown(
                    "send a token in the header, Authorization: Bearer …; this machine is trusted until there is one"))
        }
        return await local.authorize(request)
    }

    private func authorize(_ field: String, from address: String) async -> Result<APIGrant, APIRefusal> {
        guard field.prefix(7).lowercased() == "bearer " else {
            return .failure(.unknown("send the token as Authorization: Bearer …"))
        }
        switch await authorizer.findToken(String(field.dropFirst(7).drop { $0 == " " }), from: address) {
        case .token(let token):
            guard let role = APIRole(rawValue: token.role.rawValue) else {
                return .failure(.forbidden("the token's role is not known here"))
            }
            var grant = APIGrant(name: token.label, role: role, applications: token.applications)
            grant.token = token.id
            grant.expiresAt = token.expiresAt.map { UTCTime($0) }
            return .success(grant)
        case .refused:
            return .failure(.unknown("the token is unknown, or has ended: make another one"))
        case .tooManyAttempts:
            return .failure(.forbidden("too many wrong keys or tokens from this address: try again later"))
        case .unavailable:
            return .failure(
                .forbidden("tokens cannot be looked up: the server's log says what is wrong with its data folder"))
        }
    }
}
