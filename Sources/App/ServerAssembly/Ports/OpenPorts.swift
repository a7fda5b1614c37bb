import EndpointCore
import NIOCore

/// The ports that a server listens at, and the way from one set of them to another.
actor OpenPorts {
    private struct Open {
        let target: ListenTarget
        let channel: any Channel
    }

    private let bind: @Sendable (ServerPort, ListenTarget) async throws -> any Channel
    private let retire: @Sendable (ServerPort, any Channel) async -> Void
    private var open: [ServerPort: Open] = [:]

    /// Makes a set of none.
    ///
    /// - Parameters:
    ///   - bind: begins to listen.
    ///   - retire: ends that; connections that came in there stay.
    init(
        bind: @escaping @Sendable (ServerPort, ListenTarget) async throws -> any Channel,
        retire: @escaping @Sendable (ServerPort, any Channel) async -> Void
    ) {
        self.bind = bind
        self.retire = retire
    }

    /// The addresses at which connections are taken.
    var addresses: [ServerPort: SocketAddress] { open.compactMapValues(\.channel.localAddress) }

    /// Listens where it is wanted and nowhere else, or goes on as before.
    ///
    /// What is new is opened before anything is closed, but for a port number that moves from one address or protocol to
    /// another.
    ///
    /// - Throws: `ListenFailure` when a port cannot be had; nothing has changed then.
    func move(to wanted: [ServerPort: ListenTarget]) async throws {
        let leaving = open.filter { wanted[$0.key] != $0.value.target }
        let coming = ServerPort.allCases.compactMap { port in
            wanted[port].flatMap { open[port]?.target == $0 ? nil : (port: port, target: $0) }
        }
        let freed = Set(leaving.values.map(\.target.port)).subtracting([0])
        var opened: [ServerPort: Open] = [:]
        var closed: [ServerPort: Open] = [:]
        do {
            for (port, target) in coming where !freed.contains(target.port) {
                opened[port] = Open(target: target, channel: try await bind(port, target))
            }
            let moved = coming.filter { freed.contains($0.target.port) }
            for (port, old) in leaving where moved.contains(where: { $0.target.port == old.target.port }) {
                await retire(port, old.channel)
                closed[port] = old
            }
            for (port, target) in moved {
                opened[port] = Open(target: target, channel: try await bind(port, target))
            }
        } catch {
            for (port, new) in opened { await retire(port, new.channel) }
            for (port, old) in closed {
                let channel = try? await bind(port, old.target)
                open[port] = channel.map { Open(target: old.target, channel: $0) }
            }
            throw error
        }
        for (port, old) in leaving {
            if closed[port] == nil { await retire(port, old.channel) }
            open[port] = nil
        }
        open.merge(opened) { $1 }
    }

    /// Takes no new connections at some ports.
    func close(where isConcerned: (ServerPort) -> Bool) async {
        for (port, old) in open where isConcerned(port) {
            await retire(port, old.channel)
            open[port] = nil
        }
    }
}
