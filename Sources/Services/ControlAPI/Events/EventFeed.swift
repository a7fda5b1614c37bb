import EndpointCore
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import TextCoding

/// What happens on the server, for whoever listens (server-sent events, HTML §9.2).
///
/// The latest events are kept for listeners that come back after a break. A listener that does not keep up is let go: it
/// comes back and asks for what it missed.
public final class EventFeed: Sendable {
    /// How much is kept, and for how many.
    public struct Limits: Sendable {
        /// Events that are kept for those who come back: 1,000, some hundred kilobytes.
        public var history = 1_000
        /// Events that wait for a listener at the most: 256.
        public var waiting = 256
        /// Listeners at a time: 200, dashboards and programs together.
        public var listeners = 200

        /// Makes the default limits.
        public init() {}
    }

    /// Events of before that a new listener may ask for: all that are kept by default.
    static let mostRecent = 1_000

    /// Whom an event concerns.
    enum Audience: Hashable, Sendable {
        /// Everybody who may listen at all.
        case everybody
        /// Who may see an application.
        case application(String)
        /// Who may see how hooks do.
        case operators

        func includes(_ grant: APIGrant) -> Bool {
            switch self {
            case .everybody: true
            case .application(let name): grant.covers(name)
            case .operators: grant.role >= .operator && grant.applications == nil
            }
        }
    }

    private struct Kept {
        let number: UInt64
        let audience: Audience
        let bytes: ByteBuffer
    }

    private struct Listener {
        let grant: APIGrant
        let continuation: AsyncStream<ByteBuffer>.Continuation
    }

    private struct State {
        var kept: [Kept] = []
        /// Where the oldest of a full history stands.
        var oldest = 0
        var latest: UInt64 = 0
        var listeners: [UInt64: Listener] = [:]
        var latestListener: UInt64 = 0
        /// Tokens that were deleted, the latest last.
        var ended: [String] = []
        var isFinished = false
    }

    /// Deleted tokens that are remembered: 64, more than are deleted while one request is answered.
    private static let mostEnded = 64

    private let limits: Limits
    /// Tells the events of this run of the server from those of another.
    private let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    private let state = NIOLockedValueBox(State())

    /// Makes a feed in which nothing has happened.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Tells every listener.
    ///
    /// - Parameters:
    ///   - name: what happened, such as `stream.started`.
    ///   - application: whose it is; `nil` for what concerns the whole server.
    ///   - body: the members that tell it.
    func publish(_ name: String, application: String?, _ body: (inout JSONWriter) -> Void) {
        publish(name, for: application.map { .application($0) } ?? .everybody, body)
    }

    /// Tells those whom it concerns.
    func publish(_ name: String, for audience: Audience, _ body: (inout JSONWriter) -> Void) {
        let time = UTCTime.now()
        let data = JSONWriter.object(capacity: 256) { writer in
            writer.member("time", time: time)
            body(&writer)
        }
        let gone = state.withLockedValue { state -> [AsyncStream<ByteBuffer>.Continuation] in
            guard !state.isFinished else { return [] }
            state.latest += 1
            var bytes = ByteBuffer(string: "id: \(run)-\(state.latest)\nevent: \(name)\ndata: ")
            bytes.writeImmutableBuffer(data)
            bytes.writeStaticString("\n\n")
            keep(Kept(number: state.latest, audience: audience, bytes: bytes), in: &state)
            return tell(bytes, audience, at: time, &state)
        }
        for continuation in gone { continuation.finish() }
    }

    private func keep(_ event: Kept, in state: inout State) {
        if state.kept.count < limits.history {
            state.kept.append(event)
        } else if !state.kept.isEmpty {
            state.kept[state.oldest] = event
            state.oldest = (state.oldest + 1) % state.kept.count
        }
    }

    /// Hands bytes to those whom they concern, and takes out those who do not keep up, or whose token has ended.
    private func tell(
        _ bytes: ByteBuffer, _ audience: Audience, at now: UTCTime, _ state: inout State
    ) -> [AsyncStream<ByteBuffer>.Continuation] {
        var gone: [AsyncStream<ByteBuffer>.Continuation] = []
        for (number, listener) in state.listeners {
            if let end = listener.grant.expiresAt, end <= now {
                state.listeners[number] = nil
                gone.append(listener.continuation)
                continue
            }
            guard audience.includes(listener.grant) else { continue }
            switch listener.continuation.yield(bytes) {
            case .enqueued: continue
            default:
                state.listeners[number] = nil
                gone.append(listener.continuation)
            }
        }
        return gone
    }

    /// Sends every listener a comment, so that a connection that is gone is noticed and proxies keep the others open.
    ///
    /// Whose token has ended is let go by this at the latest.
    func keepAlive() {
        let now = UTCTime.now()
        let gone = state.withLockedValue { tell(ByteBuffer(string: ":\n\n"), .everybody, at: now, &$0) }
        for continuation in gone { continuation.finish() }
    }

    /// Ends the listening of those who came by a token that was deleted, and of those who are coming by it just now.
    func end(listenersBy token: String) {
        let gone = state.withLockedValue { state -> [AsyncStream<ByteBuffer>.Continuation] in
            if state.ended.count >= Self.mostEnded { state.ended.removeFirst() }
            state.ended.append(token)
            let theirs = state.listeners.filter { $0.value.grant.token == token }
            for number in theirs.keys { state.listeners[number] = nil }
            return theirs.values.map(\.continuation)
        }
        for continuation in gone { continuation.finish() }
    }

    /// Ends every listening; the server is about to stop.
    public func finish() {
        let listeners = state.withLockedValue { state in
            state.isFinished = true
            defer { state.listeners = [:] }
            return state.listeners.values.map(\.continuation)
        }
        for continuation in listeners { continuation.finish() }
    }

    /// How many listen.
    public var listenerCount: Int { state.withLockedValue { $0.listeners.count } }

    /// Listens from now on, from behind the event of an id, or from some events ago.
    ///
    /// - Parameter recent: how many of the latest events come first, as far as they are kept; not with an id.
    /// - Returns: what to begin with and what follows; `nil` when there are as many listeners as there may be.
    func listen(as grant: APIGrant, after lastEventID: String?, recent: Int = 0) -> (
        opening: ByteBuffer, events: AsyncStream<ByteBuffer>
    )? {
        let (events, continuation) = AsyncStream.makeStream(
            of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(limits.waiting))
        let place = state.withLockedValue { state -> (number: UInt64, opening: ByteBuffer)? in
            guard !state.isFinished, state.listeners.count < limits.listeners else { return nil }
            state.latestListener += 1
            if let token = grant.token, state.ended.contains(token) { return (state.latestListener, ByteBuffer()) }
            state.listeners[state.latestListener] = Listener(grant: grant, continuation: continuation)
            // Browsers ask again after three seconds otherwise.
            var opening = ByteBuffer(string: "retry: 1000\n\n")
            if let lastEventID {
                opening.writeImmutableBuffer(missed(since: lastEventID, grant, state))
            } else {
                for event in latest(recent, grant, state) { opening.writeImmutableBuffer(event.bytes) }
            }
            return (state.latestListener, opening)
        }
        guard let place else { return nil }
        // Nobody to listen: the token was deleted since it was looked up. Whoever comes back is told so.
        guard place.opening.readableBytes > 0 else {
            continuation.finish()
            return (place.opening, events)
        }
        continuation.onTermination = { [state] _ in
            state.withLockedValue { $0.listeners[place.number] = nil }
        }
        return (place.opening, events)
    }

    /// What happened behind the event of an id; a note that some is lost, where that cannot be told.
    private func missed(since id: String, _ grant: APIGrant, _ state: State) -> ByteBuffer {
        var bytes = ByteBuffer()
        let parts = id.split(separator: "-")
        guard parts.count == 2, parts[0] == run, let last = UInt64(parts[1]), last <= state.latest,
            last &+ 1 >= state.latest &- UInt64(state.kept.count) &+ 1
        else {
            bytes.writeString("id: \(run)-\(state.latest)\nevent: reset\ndata: {}\n\n")
            return bytes
        }
        for event in inOrder(state) where event.number > last && event.audience.includes(grant) {
            bytes.writeImmutableBuffer(event.bytes)
        }
        return bytes
    }

    private func latest(_ count: Int, _ grant: APIGrant, _ state: State) -> ArraySlice<Kept> {
        guard count > 0 else { return [] }
        return inOrder(state).filter { $0.audience.includes(grant) }.suffix(count)
    }

    /// What is kept, the oldest first.
    private func inOrder(_ state: State) -> [Kept] {
        Array(state.kept[state.oldest...] + state.kept[..<state.oldest])
    }
}
