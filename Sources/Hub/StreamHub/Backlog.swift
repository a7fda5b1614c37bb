import NIOConcurrencyHelpers

/// What a publisher brought and other event loops have not taken yet.
///
/// Event loops hand on without waiting for each other. If one cannot keep up, what waits for it has no bound but this: the
/// publisher is not read while there is too much.
final class Backlog: Sendable {
    /// Bytes from which on the publisher is to pause: 8 MiB, half a minute of most streams.
    ///
    /// One message more may lie there.
    static let mostBytes = 8 << 20
    /// Bytes from which on it may go on, so that it does not pause and resume for each frame.
    static let fewBytes = mostBytes / 2
    /// What a handing over costs beside its bytes, so that many small ones are bounded too: 4 KiB, for a small frame may
    /// hold the memory that much more was read into.
    private static let overhead = 4 << 10

    private struct State {
        var bytes = 0
        var isFull = false
    }

    private let state = NIOLockedValueBox(State())
    private let onChange: @Sendable () -> Void

    /// Makes an empty one.
    ///
    /// - Parameter onChange: called, on any thread, when `isFull` has changed.
    init(onChange: @escaping @Sendable () -> Void) {
        self.onChange = onChange
    }

    /// Whether the publisher is to pause.
    var isFull: Bool { state.withLockedValue { $0.isFull } }

    /// Something that was handed over, and holds its place until nobody has it any more: it was taken by all for whom it is,
    /// or their event loops are gone.
    final class Parcel: Sendable {
        private let bytes: Int
        private let backlog: Backlog

        init(_ bytes: Int, in backlog: Backlog) {
            self.bytes = bytes
            self.backlog = backlog
            backlog.add(bytes)
        }

        deinit { backlog.remove(bytes) }
    }

    private func add(_ bytes: Int) {
        let fills = state.withLockedValue { state in
            state.bytes += bytes + Self.overhead
            guard !state.isFull, state.bytes > Self.mostBytes else { return false }
            state.isFull = true
            return true
        }
        if fills { onChange() }
    }

    private func remove(_ bytes: Int) {
        let empties = state.withLockedValue { state in
            state.bytes -= bytes + Self.overhead
            guard state.isFull, state.bytes <= Self.fewBytes else { return false }
            state.isFull = false
            return true
        }
        if empties { onChange() }
    }
}
