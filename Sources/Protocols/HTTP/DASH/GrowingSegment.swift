import NIOConcurrencyHelpers
import NIOCore

/// A segment that is sent while it is made: the parts so far, and those that come.
///
/// It grows on the stream's home loop and is read from anywhere; all readers share the same bytes.
final class GrowingSegment: Sendable {
    /// What a reader gets for its patience.
    enum Step: Sendable {
        /// The parts that it did not have.
        case parts([ByteBuffer])
        /// The segment is whole, and the reader has all of it.
        case whole
        /// The segment will never be whole, or nothing came in time.
        case givenUp
    }

    private struct State {
        var parts: [ByteBuffer] = []
        var isWhole = false
        var isAbandoned = false
        var waiting: [Int: EventLoopPromise<Void>] = [:]
        var waitCount = 0

        func step(after count: Int) -> Step? {
            if count < parts.count { return .parts(Array(parts[count...])) }
            if isWhole { return .whole }
            return isAbandoned ? .givenUp : nil
        }

        mutating func takeWaiting() -> [EventLoopPromise<Void>] {
            defer { waiting = [:] }
            return Array(waiting.values)
        }
    }

    /// The media type for `Content-Type`.
    let mediaType: String
    private let state = NIOLockedValueBox(State())

    init(mediaType: String) {
        self.mediaType = mediaType
    }

    /// Whether there is a part already.
    var hasBegun: Bool { state.withLockedValue { !$0.parts.isEmpty } }

    /// Adds a part.
    func append(_ part: ByteBuffer) {
        change { $0.parts.append(part) }
    }

    /// Nothing more belongs to it.
    func finish() {
        change { $0.isWhole = true }
    }

    /// The rest will never come.
    func abandon() {
        change { $0.isAbandoned = true }
    }

    private func change(_ body: (inout State) -> Void) {
        let woken = state.withLockedValue { state in
            body(&state)
            return state.takeWaiting()
        }
        for promise in woken { promise.succeed(()) }
    }

    /// What comes behind the first `count` parts; waits for it for `limit` at most.
    func step(after count: Int, on eventLoop: any EventLoop, limit: TimeAmount) async -> Step {
        let (known, place, promise) = state.withLockedValue { state -> (Step?, Int, EventLoopPromise<Void>?) in
            if let known = state.step(after: count) { return (known, 0, nil) }
            let promise = eventLoop.makePromise(of: Void.self)
            state.waitCount += 1
            state.waiting[state.waitCount] = promise
            return (nil, state.waitCount, promise)
        }
        if let known { return known }
        guard let promise else { return .givenUp }
        let timeout = eventLoop.scheduleTask(in: limit) { [state] in
            state.withLockedValue { $0.waiting.removeValue(forKey: place) }?.succeed(())
        }
        defer { timeout.cancel() }
        try? await promise.futureResult.get()
        return state.withLockedValue { $0.step(after: count) } ?? .givenUp
    }
}
