import NIOConcurrencyHelpers
public import NIOCore

/// The addresses that proxies told, by connection: for whoever has a channel and asks whose it is.
///
/// A channel knows only the address that it is connected with.
public final class ProxiedAddresses: Sendable {
    private let clients = NIOLockedValueBox<[ObjectIdentifier: SocketAddress]>([:])

    /// Makes an empty set.
    public init() {}

    /// Notes whose a connection is that came with a PROXY header, until it closes.
    public func note(_ client: SocketAddress, on channel: any Channel) {
        let key = ObjectIdentifier(channel)
        clients.withLockedValue { $0[key] = client }
        channel.closeFuture.whenComplete { [clients] _ in clients.withLockedValue { $0[key] = nil } }
    }

    /// The address of whoever is at the far end of a connection, or of the connection that a stream is part of.
    public func address(of channel: any Channel) -> SocketAddress? {
        noted(of: channel) ?? channel.remoteAddress
    }

    /// Whether a connection, or the one that a stream is part of, came with a PROXY header.
    public func isProxied(_ channel: any Channel) -> Bool { noted(of: channel) != nil }

    private func noted(of channel: any Channel) -> SocketAddress? {
        clients.withLockedValue { clients in
            clients.isEmpty
                ? nil : clients[ObjectIdentifier(channel)] ?? channel.parent.flatMap { clients[ObjectIdentifier($0)] }
        }
    }
}
