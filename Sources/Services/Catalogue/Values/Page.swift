/// Which part of a long list is wanted.
public struct PageRequest: Sendable, Equatable {
    /// The most entries that a page has: 500, a page of about 200 kB of JSON.
    public static let mostEntries = 500

    /// Where the page before ended; `nil` for the first.
    public var cursor: Int64?
    /// Entries at most, 1 … `mostEntries`.
    public var limit: Int
    /// Only those whose title or path has this in it; empty for all.
    public var search: String
    /// Only those of these applications; `nil` for all.
    public var applications: Set<String>?

    /// Makes a request; the limit is clamped.
    public init(cursor: Int64? = nil, limit: Int = 100, search: String = "", applications: Set<String>? = nil) {
        self.cursor = cursor
        self.limit = min(max(limit, 1), Self.mostEntries)
        self.search = search
        self.applications = applications
    }
}

/// A part of a long list.
public struct Page<Entry: Sendable>: Sendable {
    /// The entries.
    public var entries: [Entry]
    /// For the request of the next page; `nil` at the end.
    public var next: Int64?

    /// Makes a page.
    public init(entries: [Entry], next: Int64?) {
        self.entries = entries
        self.next = next
    }
}
