import NIOConcurrencyHelpers
public import NIOCore

/// The connections of an endpoint that are open, so that it can close them when it stops.
public final class OpenConnections: Sendable {
    private let channels = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])

    /// Makes an empty set.
    public init() {}

    /// Keeps a connection until it closes.
    public func insert(_ channel: any Channel) {
        let key = ObjectIdentifier(channel)
        channels.withLockedValue { $0[key] = channel }
        channel.closeFuture.whenComplete { [channels] _ in
            channels.withLockedValue { $0[key] = nil }
        }
    }

    /// Closes all connections, and returns when they are closed.
    public func closeAll() async {
        for channel in channels.withLockedValue({ Array($0.values) }) {
            channel.close(mode: .all, promise: nil)
            try? await channel.closeFuture.get()
        }
    }

    /// Waits until all connections have closed by themselves, and closes those that have not after `limit`.
    public func drain(within limit: TimeAmount) async {
        let deadline = NIODeadline.now() + limit
        while NIODeadline.now() < deadline, !channels.withLockedValue({ $0.isEmpty }) {
            // A task that is cancelled meanwhile closes at once.
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        await closeAll()
    }
}
