/// The arguments that stood after `?` in an application, a URL or a stream name.
///
/// Nothing is percent-decoded: names are not encoded on RTMP's wire. Arguments carry keys and tokens, so the description
/// shows names only.
public struct StreamQuery: Sendable, Equatable, CustomStringConvertible {
    /// One argument.
    public struct Item: Sendable, Equatable {
        /// What stands before the first `=`.
        public let name: String
        /// What stands after it; empty when there is none.
        public let value: String
    }

    /// The arguments in order, each name once.
    public private(set) var items: [Item] = []

    /// Makes a query without arguments.
    public init() {}

    /// Reads arguments out of `a=1&b=2`.
    ///
    /// Of two with the same name the first stays.
    public init(_ text: some StringProtocol) {
        for part in text.split(whereSeparator: { $0 == "&" || $0 == "?" }) {
            let name = part.prefix { $0 != "=" }
            add(Item(name: String(name), value: String(part.dropFirst(name.count + 1))))
        }
    }

    /// Whether there are no arguments.
    public var isEmpty: Bool { items.isEmpty }

    /// The value of the argument called `name`.
    public subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// The arguments as text, `a=1&b=2`; for passing on, not for logs.
    public var text: String {
        items.map { $0.value.isEmpty ? $0.name : "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// The names of the arguments, their values hidden.
    public var description: String {
        items.map { "\($0.name)=…" }.joined(separator: "&")
    }

    /// These arguments and those of `other` that have another name.
    public func merging(_ other: StreamQuery) -> StreamQuery {
        var merged = self
        for item in other.items { merged.add(item) }
        return merged
    }

    private mutating func add(_ item: Item) {
        guard !item.name.isEmpty, items.count < Self.longest, self[item.name] == nil else { return }
        items.append(item)
    }

    /// More arguments than this are left out: 64, far beyond any real client's, for the search above is linear.
    private static let longest = 64
}
