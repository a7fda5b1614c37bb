import EndpointCore
import Logging
import MediaModel
import Metrics
import NIOConcurrencyHelpers
import NIOCore

/// Counts those who play by playlists, stream by stream.
///
/// A viewer is there from its first playlist until it has asked for none for three target durations, or for as long behind
/// the life of a beacon, by which a cache tells of it. The count is an estimate where viewers share an address and a program; with ids of their own it is exact.
final class PlaylistAudience: Sendable {
    /// How long a cache may rely on a viewer's beacon, in target durations.
    ///
    /// 10: so five hundred viewers with segments of two seconds ask 25 times a second, about as often as three who come by
    /// themselves. As long an operator waits until one who watches through a cache is gone.
    static let beaconLife = 10
    /// How long a viewer is taken to be there who asks for no playlist any more, in target durations.
    private static let silence = 3

    private struct State {
        var table = ViewerTable()
        var counts: [StreamPath: [PlaylistForm: Int]] = [:]
        var isSweeping = false
        /// With what they leave the directory.
        var numbers: [ViewerTable.Key: UInt64] = [:]

        mutating func leave(_ key: ViewerTable.Key) {
            let left = (counts[key.path]?[key.form] ?? 0) - 1
            counts[key.path]?[key.form] = left > 0 ? left : nil
            if counts[key.path]?.isEmpty == true { counts[key.path] = nil }
        }
    }

    private let state = NIOLockedValueBox(State())
    private let eventLoop: any EventLoop
    private let sessions: SessionDirectory
    private let logger: Logger
    private let meters: [PlaylistForm: Meter]
    private let uncounted = Counter(label: "swiftwater_playlist_viewers_uncounted_total")

    /// Makes an audience of nobody, whose departures are noticed on `eventLoop`, and who are entered in `sessions`.
    init(eventLoop: any EventLoop, sessions: SessionDirectory, logger: Logger) {
        self.eventLoop = eventLoop
        self.sessions = sessions
        self.logger = logger
        meters = Dictionary(
            uniqueKeysWithValues: PlaylistForm.allCases.map {
                ($0, Meter(label: "swiftwater_playlist_viewers", dimensions: [("protocol", $0.rawValue)]))
            })
    }

    /// How many play a stream in each form.
    func viewers(of path: StreamPath) -> [PlaylistForm: Int] {
        state.withLockedValue { $0.counts[path] ?? [:] }
    }

    /// Takes note of a request for a playlist of a stream whose target duration is given in seconds.
    ///
    /// - Returns: whether the viewer may have it; not one whose session was ended.
    @discardableResult
    func note(
        _ viewer: ViewerIdentity, from address: String, of path: StreamPath, _ form: PlaylistForm,
        isBeacon: Bool = false, targetDuration: Int
    ) -> Bool {
        let key = ViewerTable.Key(path: path, form: form, viewer: viewer)
        // Behind a cache nothing is heard of a viewer before its beacon is due again.
        let durations = Self.silence + (isBeacon ? Self.beaconLife : 0)
        let lifetime = TimeAmount.seconds(Int64(durations * min(max(1, targetDuration), 600)))
        let (outcome, begins) = state.withLockedValue { state in
            let outcome = state.table.note(key, address: address, lifetime: lifetime, now: .now())
            if outcome == .opened { state.counts[path, default: [:]][form, default: 0] += 1 }
            let begins = outcome == .opened && !state.isSweeping
            if begins { state.isSweeping = true }
            return (outcome, begins)
        }
        switch outcome {
        case .known, .refused: break
        case .uncounted: uncounted.increment()
        case .opened:
            meters[form]?.increment()
            enter(key)
            logger.info(
                "session opened",
                metadata: [
                    "connection.id": "\(viewer.text)", "stream.path": "\(path)", "protocol": "\(form.rawValue)",
                    "peer.address": "\(address)",
                ])
        }
        if begins { sweepLater() }
        return outcome != .refused
    }

    /// Lets the API see the viewer; the directory wants that on the event loop.
    private func enter(_ key: ViewerTable.Key) {
        eventLoop.execute { [self] in
            let client = ClientFacts(
                session: key.viewer.text, transport: key.form.rawValue, address: session(key)?.address ?? "unknown")
            let number = sessions.enter(
                PlaylistSession(key, of: self), id: key.viewer.text, role: .player, transport: key.form.rawValue,
                path: key.path, client: client, on: eventLoop)
            state.withLockedValue { $0.numbers[key] = number }
        }
    }

    /// Looks once a second who has left, as long as anybody is there.
    private func sweepLater() {
        eventLoop.scheduleTask(in: .seconds(1)) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        let now = NIODeadline.now()
        let (over, goesOn) = state.withLockedValue { state in
            let over = state.table.takeDue(now: now)
            let left = over.map { key, session in
                state.leave(key)
                return (key, session, state.numbers.removeValue(forKey: key))
            }
            state.isSweeping = state.table.count > 0
            return (left, state.isSweeping)
        }
        for (key, session, number) in over {
            if let number { sessions.leave(number) }
            meters[key.form]?.decrement()
            logger.info(
                "session closed",
                metadata: [
                    "connection.id": "\(key.viewer.text)", "stream.path": "\(key.path)",
                    "protocol": "\(key.form.rawValue)", "peer.address": "\(session.address)",
                    "duration": "\((now - session.since).inSeconds)",
                    "requests": "\(session.requests)", "reason": "no playlist was asked for any more",
                ])
        }
        if goesOn { sweepLater() }
    }
}

extension PlaylistAudience {
    /// What is known of a viewer; `nil` for one who is gone.
    func session(_ key: ViewerTable.Key) -> ViewerTable.Session? { state.withLockedValue { $0.table.session(key) } }

    /// Refuses a viewer until it gives up.
    func end(_ key: ViewerTable.Key) { state.withLockedValue { $0.table.end(key) } }

    /// How many are told apart.
    var count: Int { state.withLockedValue { $0.table.count } }
}
