import NIOConcurrencyHelpers
public import NIOCore

/// The connections of an endpoint that are open, so that it can close them when it stops.
public final class OpenConnections: Sendable {
    private struct Connection {
        let channel: any Channel
        let close: @Sendable () -> Void
    }

    private let connections = NIOLockedValueBox<[ObjectIdentifier: Connection]>([:])

    /// Makes an empty set.
    public init() {}

    /// Keeps a connection until it closes.
    ///
    /// - Parameter close: what closes it, where that is not done by closing the channel.
    public func insert(_ channel: any Channel, closingWith close: (@Sendable () -> Void)? = nil) {
        let key = ObjectIdentifier(channel)
        let connection = Connection(channel: channel, close: close ?? { channel.close(mode: .all, promise: nil) })
        connections.withLockedValue { $0[key] = connection }
        channel.closeFuture.whenComplete { [connections] _ in
            connections.withLockedValue { $0[key] = nil }
        }
    }

    /// The channels of all connections.
    public var channels: [any Channel] {
        connections.withLockedValue { $0.values.map(\.channel) }
    }

    /// Closes all connections, and returns when they are closed.
    public func closeAll() async {
        let open = connections.withLockedValue { Array($0.values) }
        for connection in open { connection.close() }
        for connection in open { try? await connection.channel.closeFuture.get() }
    }

    /// Waits until all connections have closed by themselves, and closes those that have not after `limit`.
    public func drain(within limit: TimeAmount) async {
        let deadline = NIODeadline.now() + limit
        while NIODeadline.now() < deadline, !connections.withLockedValue({ $0.isEmpty }) {
            // A task that is cancelled meanwhile closes at once.
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        await closeAll()
    }
}
