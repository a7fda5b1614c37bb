import NIOConcurrencyHelpers
public import NIOCore

/// Counts open connections, and says when there are too many of them, in all or from one address.
public final class ConnectionGate: Sendable {
    /// Why a connection is not let in.
    public enum Refusal: Error, Equatable, Sendable {
        /// The server has as many connections as it may.
        case serverFull(limit: Int)
        /// The address has as many connections as it may.
        case addressFull(limit: Int)
    }

    private struct State {
        var open = 0
        var byAddress: [String: Int] = [:]
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let state = NIOLockedValueBox(State())

    /// Makes a gate.
    ///
    /// - Parameters:
    ///   - limit: connections in all.
    ///   - limitPerAddress: connections from one address; 0 for no limit.
    public init(limit: Int, limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    /// How many connections are open.
    public var open: Int { state.withLockedValue { $0.open } }

    /// Lets a connection in.
    ///
    /// Each success is followed by one `leave`.
    public func enter(_ address: String) throws(Refusal) {
        let refusal: Refusal? = state.withLockedValue { state in
            guard state.open < limit else { return .serverFull(limit: limit) }
            if limitPerAddress > 0 {
                guard state.byAddress[address, default: 0] < limitPerAddress else {
                    return .addressFull(limit: limitPerAddress)
                }
                state.byAddress[address, default: 0] += 1
            }
            state.open += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Lets a connection of `client` in, until it closes.
    public func admit(_ client: SocketAddress?, on channel: any Channel) throws(Refusal) {
        let address = client?.peerAddress ?? "unknown"
        try enter(address)
        channel.closeFuture.whenComplete { _ in self.leave(address) }
    }

    /// A connection that was let in is gone.
    public func leave(_ address: String) {
        state.withLockedValue { state in
            state.open -= 1
            guard limitPerAddress > 0, let count = state.byAddress[address] else { return }
            state.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}
