import Synchronization

/// The name of one connection for its whole life: in log lines, metrics and the API.
public struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
    private static let count = Atomic<UInt64>(0)
    /// Tells the connections of one run of the server from those of the next.
    private static let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)

    /// The name as it is written everywhere.
    public let description: String

    /// Makes a name that nobody had before.
    public init() {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        description = "\(Self.run)-\(number)"
    }
}
