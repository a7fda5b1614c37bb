public import MediaModel

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A live stream that somebody set up, on the air or not.
public struct RegisteredStream: Sendable, Equatable, Identifiable {
    /// Its name in the API; no secret.
    public var id: String
    /// Where it is published and played.
    ///
    /// It stays: playback URLs have been given away.
    public var path: StreamPath
    /// What people call it, 1 … 200 characters.
    public var title: String
    /// Whether it is to be recorded.
    public var isRecorded: Bool
    /// When it was set up.
    public var createdAt: Date
    /// When it was changed last.
    public var changedAt: Date
    /// Belongs to the passwords of those who publish it by user name.
    public var salt: String

    /// What is decided when a live stream is set up.
    public struct Draft: Sendable, Equatable {
        /// Where it is published and played.
        public var path: StreamPath
        /// What people call it.
        public var title: String
        /// Whether it is to be recorded.
        public var isRecorded: Bool
        /// Belongs to the passwords of those who publish it by user name.
        public var salt: String

        /// Makes a draft.
        public init(path: StreamPath, title: String, isRecorded: Bool = false, salt: String) {
            self.path = path
            self.title = title
            self.isRecorded = isRecorded
            self.salt = salt
        }
    }

    /// What is to be changed; `nil` for what stays.
    public struct Change: Sendable, Equatable {
        /// What people call it.
        public var title: String?
        /// Whether it is to be recorded.
        public var isRecorded: Bool?

        /// Makes a change.
        public init(title: String? = nil, isRecorded: Bool? = nil) {
            self.title = title
            self.isRecorded = isRecorded
        }
    }
}
