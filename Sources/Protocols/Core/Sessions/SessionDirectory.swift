public import MediaModel
import NIOConcurrencyHelpers
public import NIOCore
import StreamHub

/// Everybody who publishes or plays a stream: who they are, what they carry, and the way to end them.
///
/// Registering and leaving take a lock once each; nothing is called per frame. What a session has carried is read on its
/// event loop when somebody asks.
public final class SessionDirectory: Sendable {
    /// A session as it was registered.
    public final class Entry: Sendable {
        /// Rises with every session; the order in which they are listed.
        public let number: UInt64
        /// The session's name in log lines and the API.
        public let id: String
        /// What it does.
        public let role: SessionRole
        /// How it is carried, such as `rtmp` or `http-flv`.
        public let transport: String
        /// The stream that it publishes or plays.
        public let path: StreamPath
        /// When it was registered.
        public let since: NIODeadline
        /// Who it is, where the protocol tells more than the reading does.
        public let client: ClientFacts?
        /// Where it lives.
        let eventLoop: any EventLoop
        let session: NIOLoopBound<any OpenSession>

        init(
            number: UInt64, id: String, role: SessionRole, transport: String, path: StreamPath, since: NIODeadline,
            client: ClientFacts?, session: NIOLoopBound<any OpenSession>, on eventLoop: any EventLoop
        ) {
            self.number = number
            self.id = id
            self.role = role
            self.transport = transport
            self.path = path
            self.since = since
            self.client = client
            self.session = session
            self.eventLoop = eventLoop
        }
    }

    /// What the directory tells whoever wants to know.
    public enum Event: Sendable {
        /// A session was registered.
        case opened(Entry)
        /// A session is over.
        case closed(Entry)
        /// A client has connected to an application, and may begin sessions under the name that the facts give.
        case connected(ClientFacts, application: String)
        /// It has left.
        case disconnected(ClientFacts, application: String)
    }

    private struct State {
        /// By their numbers, which only ever rise: whoever lists them takes them as they are.
        var entries: ContiguousArray<Entry> = []
        var named: [String: Entry] = [:]
        var latest: UInt64 = 0
        var players: [StreamPath: [String: Int]] = [:]
        var publishers: [StreamPath: Entry] = [:]
        var listeners: [@Sendable (Event) -> Void] = []
    }

    private let state = NIOLockedValueBox(State())

    /// Makes an empty directory.
    public init() {}

    /// Who else is told of sessions that come and go, on any thread; called after the fact and outside of every lock.
    public func addListener(_ listener: @escaping @Sendable (Event) -> Void) {
        state.withLockedValue { $0.listeners.append(listener) }
    }

    // MARK: For those who have sessions

    /// Enters a session; called on its event loop.
    ///
    /// - Parameters:
    ///   - session: is held until `leave`.
    ///   - id: the name that log lines give it; a name that is taken gets a number behind it.
    ///   - transport: how it is carried, such as `rtmp`: one word of a small set, for it becomes a label of metrics.
    ///   - client: who it is.
    /// - Returns: what to `leave` with.
    public func enter(
        _ session: any OpenSession, id: String, role: SessionRole, transport: String, path: StreamPath,
        client: ClientFacts? = nil, on eventLoop: any EventLoop
    ) -> UInt64 {
        let session = NIOLoopBound(session, eventLoop: eventLoop)
        let now = eventLoop.now
        let (entry, listeners) = state.withLockedValue { state in
            state.latest += 1
            let number = state.latest
            let name = state.named[id] == nil ? id : "\(id).\(number)"
            let entry = Entry(
                number: number, id: name, role: role, transport: transport, path: path, since: now, client: client,
                session: session, on: eventLoop)
            state.entries.append(entry)
            state.named[name] = entry
            switch role {
            case .player: state.players[path, default: [:]][transport, default: 0] += 1
            case .publisher: state.publishers[path] = entry
            }
            return (entry, state.listeners)
        }
        for listener in listeners { listener(.opened(entry)) }
        return entry.number
    }

    /// A session is over.
    public func leave(_ number: UInt64) {
        let (entry, listeners) = state.withLockedValue { state -> (Entry?, [@Sendable (Event) -> Void]) in
            let place = state.entries.place(after: number &- 1)
            guard place < state.entries.count, state.entries[place].number == number else { return (nil, []) }
            let entry = state.entries.remove(at: place)
            state.named[entry.id] = nil
            switch entry.role {
            case .player:
                let count = state.players[entry.path]?[entry.transport] ?? 0
                state.players[entry.path]?[entry.transport] = count > 1 ? count - 1 : nil
                if state.players[entry.path]?.isEmpty == true { state.players[entry.path] = nil }
            case .publisher:
                if state.publishers[entry.path] === entry { state.publishers[entry.path] = nil }
            }
            return (entry, state.listeners)
        }
        guard let entry else { return }
        for listener in listeners { listener(.closed(entry)) }
    }

    /// A client has connected, before it does anything.
    public func connected(_ client: ClientFacts, to application: String) {
        tell(.connected(client, application: application))
    }

    /// A client that had connected has left.
    public func disconnected(_ client: ClientFacts, from application: String) {
        tell(.disconnected(client, application: application))
    }

    private func tell(_ event: Event) {
        for listener in state.withLockedValue({ $0.listeners }) { listener(event) }
    }

    // MARK: For those who ask

    /// How many sessions there are.
    public var count: Int { state.withLockedValue { $0.entries.count } }

    /// How many play a stream, by transport.
    public func players(of path: StreamPath) -> [String: Int] {
        state.withLockedValue { $0.players[path] ?? [:] }
    }

    /// Who publishes a stream.
    public func publisher(of path: StreamPath) -> Entry? {
        state.withLockedValue { $0.publishers[path] }
    }

    /// The session of a name.
    public func session(_ id: String) -> Entry? {
        state.withLockedValue { $0.named[id] }
    }

    /// Sessions in the order in which they came.
    ///
    /// - Parameters:
    ///   - after: the number after which to begin.
    ///   - limit: how many at most.
    ///   - isWanted: which of them.
    public func sessions(
        after: UInt64 = 0, limit: Int = .max, where isWanted: (Entry) -> Bool = { _ in true }
    ) -> [Entry] {
        let all = state.withLockedValue { $0.entries }
        var wanted: [Entry] = []
        for entry in all[all.place(after: after)...] where isWanted(entry) {
            guard wanted.count < limit else { break }
            wanted.append(entry)
        }
        return wanted
    }

    /// What sessions have carried, in their order; those that are over by then are left out.
    ///
    /// - Parameter lines: whether the kernel is asked about each session's line, which takes longer than all the rest.
    public func readings(of entries: [Entry], lines: Bool = false) async -> [(entry: Entry, reading: SessionReading)] {
        let readings = await PortionedReading.read(entries, on: \.eventLoop) { entry -> SessionReading? in
            let session = entry.session.value
            guard lines, var reading = session.reading else { return session.reading }
            reading.line = session.line
            return reading
        }
        return zip(entries, readings).compactMap { entry, reading in reading.flatMap { $0 }.map { (entry, $0) } }
    }
}

extension ContiguousArray<SessionDirectory.Entry> {
    /// Where the first entry stands whose number is greater.
    fileprivate func place(after number: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].number > number { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension SessionDirectory.Entry {
    /// Where the peer is, such as `127.0.0.1:53120`, by what a reading of now tells.
    public func peer(_ reading: SessionReading) -> String { reading.address ?? client?.hostAndPort ?? "unknown" }

    /// The same without the port.
    public func address(_ reading: SessionReading) -> String { reading.address ?? client?.address ?? "unknown" }

    /// What the session has carried by now; `nil` elsewhere than on its event loop, and when it is over.
    public var currentReading: SessionReading? { eventLoop.inEventLoop ? session.value.reading : nil }

    /// Ends the session in the way of its protocol.
    public func end(because reason: String) async {
        _ = try? await eventLoop.submit { self.session.value.end(because: reason) }.get()
    }

    /// Asks the client to connect anew, to `url` or to where it is now.
    ///
    /// - Returns: whether it was asked; one that did not announce that it does so is not.
    public func requestReconnect(to url: String?, because reason: String) async -> Bool {
        let asked = try? await eventLoop.submit { self.session.value.requestReconnect(to: url, because: reason) }.get()
        return asked ?? false
    }
}
