import MediaModel
import Metrics
import StreamHealth
import StreamHub

/// Keeps the metrics of each stream and track up to date, and takes them away when it is over.
///
/// Their number is bounded, for names come from publishers: the first streams have series of their own, all others share
/// those of the stream `(others)`, without tracks.
actor StreamSeriesKeeper {
    /// What one look at a stream found.
    struct Look: Sendable {
        var status: StreamStatus
        var players: [String: Int]
        var findings: [HealthFinding]
    }

    /// The tracks of a stream that have series of their own: 16, the first of them.
    static let mostTracks = 16
    /// No stream can have this name.
    static let others = "(others)"

    private struct Totals {
        var figures: [Track.ID: (frames: Int, bytes: Int)] = [:]
        var delivery = StreamStatus.Delivery()
    }

    private let mostStreams: @Sendable () -> Int
    private var own: [StreamPath: StreamSeries] = [:]
    private var rest: StreamSeries?
    private var restTotals: [StreamPath: Totals] = [:]

    init(mostStreams: @escaping @Sendable () -> Int) {
        self.mostStreams = mostStreams
    }

    /// Brings every series up to date; streams that were not looked at are over.
    func update(_ looks: [Look]) {
        let most = mostStreams()
        let present = Set(looks.map(\.status.path))
        for (path, series) in own where !present.contains(path) {
            series.remove()
            own[path] = nil
        }
        var others: [Look] = []
        for look in looks {
            let path = look.status.path
            if own[path] == nil, own.count < most { own[path] = StreamSeries("\(path)") }
            if let series = own[path] { series.update(look) } else { others.append(look) }
        }
        updateRest(others)
    }

    private func updateRest(_ looks: [Look]) {
        guard !looks.isEmpty || rest != nil else { return }
        let series = rest ?? StreamSeries(Self.others)
        rest = series
        var players: [String: Int] = [:]
        var totals: [StreamPath: Totals] = [:]
        for look in looks {
            players.merge(look.players) { $0 + $1 }
            let earlier = restTotals[look.status.path] ?? Totals()
            var now = Totals(delivery: look.status.delivery)
            for track in look.status.figures.tracks {
                let before = earlier.figures[track.track.id] ?? (0, 0)
                now.figures[track.track.id] = (track.frames, track.bytes)
                series.count(frames: track.frames - before.frames, bytes: track.bytes - before.bytes)
            }
            series.count(look.status.delivery, since: earlier.delivery)
            totals[look.status.path] = now
        }
        restTotals = totals
        series.setViewers(players)
    }
}
