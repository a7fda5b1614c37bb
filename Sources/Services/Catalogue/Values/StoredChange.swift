#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A key of the configuration that the API changed.
public struct StoredChange: Sendable, Equatable {
    /// The key in full, such as `apps.live.hls.window`.
    public let key: String
    /// The value in YAML on one line; it may be a secret.
    public let value: String
    /// Who changed it, by the label of a token.
    public let author: String
    /// When.
    public let changedAt: Date

    /// Makes a change.
    public init(key: String, value: String, author: String, changedAt: Date) {
        self.key = key
        self.value = value
        self.author = author
        self.changedAt = changedAt
    }
}
