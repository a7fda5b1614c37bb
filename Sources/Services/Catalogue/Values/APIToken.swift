#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What lets its bearer administer the server, or watch over it.
///
/// The secret itself is kept nowhere.
public struct APIToken: Sendable, Equatable, Identifiable {
    /// Tokens that there may be: 1,000, one for every program and person of a large operation.
    public static let most = 1_000

    /// What a bearer may do; each role may what those before it may.
    public enum Role: String, Sendable, CaseIterable, Comparable {
        /// See everything but secrets.
        case viewer
        /// Besides, set up live streams, make keys, end sessions.
        case `operator`
        /// Besides, make tokens and change the configuration.
        case admin

        /// By what they may do.
        public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .viewer: 0
            case .operator: 1
            case .admin: 2
            }
        }
    }

    /// Its name in the API; no secret.
    public var id: String
    /// What people call it; may stand in logs.
    public var label: String
    /// What its bearer may do.
    public var role: Role
    /// The applications within which it may; `nil` for all, and for what belongs to none.
    public var applications: Set<String>?
    /// Whether the server made it by itself, so that there is one to begin with.
    public var isFirst: Bool
    /// When it ends.
    public var expiresAt: Date?
    /// When it was made.
    public var createdAt: Date

    /// Whether the token has ended.
    public func hasExpired(at now: Date) -> Bool {
        expiresAt.map { $0 <= now } ?? false
    }

    /// What is decided when a token is made.
    public struct Draft: Sendable, Equatable {
        /// By which the token is found.
        public var digest: SecretDigest
        /// What people call it.
        public var label: String
        /// What its bearer may do.
        public var role: Role
        /// The applications within which it may; `nil` for all.
        public var applications: Set<String>?
        /// Whether the server made it by itself.
        public var isFirst: Bool
        /// When it ends.
        public var expiresAt: Date?

        /// Makes a draft.
        public init(
            digest: SecretDigest, label: String, role: Role, applications: Set<String>? = nil, isFirst: Bool = false,
            expiresAt: Date? = nil
        ) {
            self.digest = digest
            self.label = label
            self.role = role
            self.applications = applications
            self.isFirst = isFirst
            self.expiresAt = expiresAt
        }
    }
}
