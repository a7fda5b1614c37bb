import EndpointCore
import Logging
import MediaModel
import Metrics
import NIOConcurrencyHelpers
import NIOCore

/// Counts those who play by playlists, stream by stream.
///
/// A viewer is there from its first playlist until it has asked for none for three target durations. The count is
/// an estimate where viewers share an address and a program; with ids of their own it is exact.
final class PlaylistAudience: Sendable {
    private struct State {
        var table = ViewerTable()
        var counts: [StreamPath: [PlaylistForm: Int]] = [:]
        var isSweeping = false

        mutating func leave(_ key: ViewerTable.Key) {
            let left = (counts[key.path]?[key.form] ?? 0) - 1
            counts[key.path]?[key.form] = left > 0 ? left : nil
            if counts[key.path]?.isEmpty == true { counts[key.path] = nil }
        }
    }

    private let state = NIOLockedValueBox(State())
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let meters: [PlaylistForm: Meter]
    private let uncounted = Counter(label: "swiftwater_playlist_viewers_uncounted_total")

    /// Makes an audience of nobody, whose departures are noticed on `eventLoop`.
    init(eventLoop: any EventLoop, logger: Logger) {
        self.eventLoop = eventLoop
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
    func note(
        _ viewer: ViewerIdentity, from address: String, of path: StreamPath, _ form: PlaylistForm, targetDuration: Int
    ) {
        let key = ViewerTable.Key(path: path, form: form, viewer: viewer)
        let lifetime = TimeAmount.seconds(Int64(3 * min(max(1, targetDuration), 600)))
        let (outcome, begins) = state.withLockedValue { state in
            let outcome = state.table.note(key, address: address, lifetime: lifetime, now: .now())
            if outcome == .opened { state.counts[path, default: [:]][form, default: 0] += 1 }
            let begins = outcome == .opened && !state.isSweeping
            if begins { state.isSweeping = true }
            return (outcome, begins)
        }
        switch outcome {
        case .known: break
        case .uncounted: uncounted.increment()
        case .opened:
            meters[form]?.increment()
            logger.info(
                "session opened",
                metadata: [
                    "connection.id": "\(viewer.text)", "stream.path": "\(path)", "protocol": "\(form.rawValue)",
                    "peer.address": "\(address)",
                ])
        }
        if begins { sweepLater() }
    }

    /// Looks once a second who has left, as long as anybody is there.
    private func sweepLater() {
        eventLoop.scheduleTask(in: .seconds(1)) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        let now = NIODeadline.now()
        let (over, goesOn) = state.withLockedValue { state in
            let over = state.table.takeDue(now: now)
            for (key, _) in over { state.leave(key) }
            state.isSweeping = state.table.count > 0
            return (over, state.isSweeping)
        }
        for (key, session) in over {
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
    /// How many are told apart.
    var count: Int { state.withLockedValue { $0.table.count } }
}
