public import MediaModel
import NIOConcurrencyHelpers
public import NIOCore

/// Everybody who publishes or plays a stream: who they are, what they carry, and the way to end them.
///
/// Registering and leaving take a lock once each; nothing is called per frame. What a session has carried is read on its
/// event loop when somebody asks.
public final class SessionDirectory: Sendable {
    /// A session as it was registered.
    public struct Entry: Sendable {
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
        var entries: [UInt64: Entry] = [:]
        var numbers: [String: UInt64] = [:]
        var latest: UInt64 = 0
        var players: [StreamPath: [String: Int]] = [:]
        var publishers: [StreamPath: UInt64] = [:]
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
            let name = state.numbers[id] == nil ? id : "\(id).\(number)"
            let entry = Entry(
                number: number, id: name, role: role, transport: transport, path: path, since: now,
                client: client, eventLoop: eventLoop, session: session)
            state.entries[number] = entry
            state.numbers[name] = number
            switch role {
            case .player: state.players[path, default: [:]][transport, default: 0] += 1
            case .publisher: state.publishers[path] = number
            }
            return (entry, state.listeners)
        }
        for listener in listeners { listener(.opened(entry)) }
        return entry.number
    }

    /// A session is over.
    public func leave(_ number: UInt64) {
        let (entry, listeners) = state.withLockedValue { state -> (Entry?, [@Sendable (Event) -> Void]) in
            guard let entry = state.entries.removeValue(forKey: number) else { return (nil, []) }
            state.numbers[entry.id] = nil
            switch entry.role {
            case .player:
                let count = state.players[entry.path]?[entry.transport] ?? 0
                state.players[entry.path]?[entry.transport] = count > 1 ? count - 1 : nil
                if state.players[entry.path]?.isEmpty == true { state.players[entry.path] = nil }
            case .publisher:
                if state.publishers[entry.path] == number { state.publishers[entry.path] = nil }
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
        state.withLockedValue { state in state.publishers[path].flatMap { state.entries[$0] } }
    }

    /// The session of a name.
    public func session(_ id: String) -> Entry? {
        state.withLockedValue { state in state.numbers[id].flatMap { state.entries[$0] } }
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
        // Numbers are quicker to sort than entries.
        for number in all.keys.filter({ $0 > after }).sorted() where wanted.count < limit {
            if let entry = all[number], isWanted(entry) { wanted.append(entry) }
        }
        return wanted
    }

    /// How many sessions are read at a time on an event loop, so that media need not wait for long.
    private static let readingsAtOnce = 128

    /// What sessions have carried, in their order; those that are over by then are left out.
    public func readings(of entries: [Entry]) async -> [(entry: Entry, reading: SessionReading)] {
        var answers: [EventLoopFuture<[(Int, SessionReading)]>] = []
        for (_, all) in Dictionary(grouping: entries.enumerated(), by: { ObjectIdentifier($0.element.eventLoop) }) {
            for start in stride(from: 0, to: all.count, by: Self.readingsAtOnce) {
                let some = all[start..<min(start + Self.readingsAtOnce, all.count)].map { ($0.offset, $0.element) }
                answers.append(
                    some[0].1.eventLoop.submit {
                        some.compactMap { place, entry in entry.session.value.reading.map { (place, $0) } }
                    })
            }
        }
        var readings = [SessionReading?](repeating: nil, count: entries.count)
        for answer in answers {
            // An event loop that is shutting down has nothing to tell.
            for (place, reading) in (try? await answer.get()) ?? [] { readings[place] = reading }
        }
        return zip(entries, readings).compactMap { entry, reading in reading.map { (entry, $0) } }
    }
}

extension SessionDirectory.Entry {
    /// What the session has carried by now; `nil` elsewhere than on its event loop, and when it is over.
    public var currentReading: SessionReading? { eventLoop.inEventLoop ? session.value.reading : nil }

    /// Ends the session in the way of its protocol.
    public func end(because reason: String) async {
        _ = try? await eventLoop.submit { session.value.end(because: reason) }.get()
    }

    /// Asks the client to connect anew, to `url` or to where it is now.
    ///
    /// - Returns: whether it was asked; one that did not announce that it does so is not.
    public func requestReconnect(to url: String?, because reason: String) async -> Bool {
        let asked = try? await eventLoop.submit { session.value.requestReconnect(to: url, because: reason) }.get()
        return asked ?? false
    }
}
