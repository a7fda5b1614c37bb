#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// How a webhook does, for whoever looks; no secret among it.
public struct WebhookState: Sendable {
    /// Its name.
    public var name: String
    /// Where it is told, up to the query.
    public var url: String
    /// In which form.
    public var format: String
    /// What it is told.
    public var events: [String]
    /// Whether messages are signed.
    public var isSigned: Bool
    /// How many messages wait.
    public var queued: Int
    /// Their bytes.
    public var queuedBytes: Int
    /// When the oldest of them came.
    public var oldestAt: Date?
    /// How many arrived since the server's start.
    public var delivered: Int
    /// How many tries failed.
    public var failures: Int
    /// How many messages were given up.
    public var dropped: Int
    /// When it was last tried.
    public var latestTryAt: Date?
    /// Why the latest try failed; `nil` where it did not.
    public var problem: String?
}

/// What came of trying a webhook.
public struct WebhookTrial: Sendable {
    /// Whether it took the message.
    public var isDelivered: Bool
    /// Why not.
    public var problem: String?
    /// How long the answer took.
    public var seconds: Double
}
