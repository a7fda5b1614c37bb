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
        var limit: Int
        var limitPerAddress: Int
        var open = 0
        var byAddress: [String: Int] = [:]
    }

    private let state: NIOLockedValueBox<State>

    /// Makes a gate.
    ///
    /// - Parameters:
    ///   - limit: connections in all.
    ///   - limitPerAddress: connections from one address; 0 for no limit.
    public init(limit: Int, limitPerAddress: Int) {
        state = NIOLockedValueBox(State(limit: limit, limitPerAddress: limitPerAddress))
    }

    /// Sets other limits, for whoever comes from then on; who is in stays.
    public func setLimits(_ limit: Int, perAddress limitPerAddress: Int) {
        state.withLockedValue { state in
            state.limit = limit
            state.limitPerAddress = limitPerAddress
        }
    }

    /// How many connections are open.
    public var open: Int { state.withLockedValue { $0.open } }

    /// Lets a connection in.
    ///
    /// Each success is followed by one `leave`.
    public func enter(_ address: String) throws(Refusal) {
        let refusal: Refusal? = state.withLockedValue { state in
            guard state.open < state.limit else { return .serverFull(limit: state.limit) }
            // Counted with or without a limit, so that one that is set later is held against all who are in.
            let present = state.byAddress[address, default: 0]
            guard state.limitPerAddress == 0 || present < state.limitPerAddress else {
                return .addressFull(limit: state.limitPerAddress)
            }
            state.byAddress[address] = present + 1
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
            guard let count = state.byAddress[address] else { return }
            state.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}
