public import EndpointCore
import TextCoding

/// What somebody may do with the API; each role may do what those before it may.
public enum APIRole: String, Hashable, Sendable, CaseIterable, Comparable {
    /// See everything but secrets, tokens and how webhooks do.
    case viewer
    /// Besides: set up live streams, make keys and playback tokens, end sessions, ask clients to move, fetch and delete
    /// recordings, see and try webhooks.
    case `operator`
    /// Besides: change the configuration, see, make and delete tokens, make signing keys.
    case admin

    /// By what they may do.
    public static func < (left: APIRole, right: APIRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}

/// Who sent a request, and what they may do.
public struct APIGrant: Hashable, Sendable {
    /// Who it is, for the log: the label of a token, never the token.
    public var name: String
    /// What they may do.
    public var role: APIRole
    /// The applications that they may see and touch; `nil` for all, and for what belongs to none.
    public var applications: Set<String>?
    /// The token by which they came, as the API names it; `nil` for who needs none.
    var token: String?
    /// When it ends.
    var expiresAt: UTCTime?

    /// Makes a grant.
    public init(name: String, role: APIRole, applications: Set<String>? = nil) {
        self.name = name
        self.role = role
        self.applications = applications
    }

    /// Whether the grant covers an application.
    public func covers(_ application: String) -> Bool {
        applications?.contains(application) ?? true
    }
}

/// Why a request may do nothing, in a sentence that says what to do; it names no secret.
public enum APIRefusal: Error, Hashable, Sendable {
    /// Nobody said who it is, or wrongly: another token could help.
    case unknown(String)
    /// No token helps.
    case forbidden(String)
}

/// Decides who may use the API.
public protocol APIAuthorizer: Sendable {
    /// Who sent a request and what they may do, or why they may not.
    func authorize(_ request: HTTPRoute.Request) async -> Result<APIGrant, APIRefusal>
}
