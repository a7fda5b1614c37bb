import Foundation

/// What a run found out; encoded as it stands for `--json`.
struct LoadReport: Codable {
    /// Quantiles of durations, in milliseconds.
    struct Durations: Codable {
        var p50: Double
        var p90: Double
        var p99: Double
        var max: Double

        init?(_ histogram: Histogram) {
            guard let p50 = histogram.quantile(0.5), let p90 = histogram.quantile(0.9),
                let p99 = histogram.quantile(0.99)
            else { return nil }
            (self.p50, self.p90) = (Double(p50) / 1e6, Double(p90) / 1e6)
            (self.p99, max) = (Double(p99) / 1e6, Double(histogram.greatest) / 1e6)
        }

        var text: String {
            String(format: "p50 %.3f  p90 %.3f  p99 %.3f  max %.1f ms", p50, p90, p99, max)
        }
    }

    struct Publishers: Codable {
        var wanted: Int
        var live: Int
        var bytes: Int
        var frames: Int
        var lateness: Durations?
        var failures: [String: Int]
    }

    struct Players: Codable {
        var wanted: Int
        var watching: Int
        var bytes: Int
        var megabitsPerSecondEach: Double
        var frames: Int
        var lost: Int
        var disordered: Int
        var damaged: Int
        /// Lost and damaged from the first player's coming on, not only in the window.
        var lostSinceStart: Int
        var damagedSinceStart: Int
        var delay: Durations?
        var firstFrame: Durations?
        var hls: HLS?
        var failures: [String: Int]
    }

    /// What only players of HLS meet with: requests in the window, everything else since the first player's coming.
    struct HLS: Codable {
        var requests: Int
        var refused: Int
        /// Segments that do not continue the one before, though the playlist does not say so.
        var discontinuous: Int
        var segments: Int
        var parts: Int
        /// Segments that left the playlist before they were fetched, are gaps, or could not be had.
        var missed: Int
        /// Promises about how playlists change that were broken.
        var brokenPromises: Int
        var stalls: Int
        var stalledSeconds: Double
        /// From a request to the last byte of its answer: playlists, then what they list.
        var playlist: Durations?
        var media: Durations?
        /// The same of requests that are to wait for something new.
        var held: Durations?

        init?(_ requests: RequestTally, _ following: PlaylistFollower.Tally) {
            guard requests.answered > 0 else { return nil }
            self.requests = requests.answered
            refused = requests.refused
            discontinuous = requests.discontinuous
            (segments, parts, missed) = (following.segments, following.parts, following.missed)
            (brokenPromises, stalls) = (following.brokenPromises, following.stalls)
            stalledSeconds = Double(following.stalledNanoseconds) / 1e9
            playlist = Durations(requests.playlists)
            media = Durations(requests.media)
            held = Durations(requests.held)
        }

        fileprivate var rows: [(String, String)] {
            var rows = [
                (
                    "requests",
                    "\(requests), \(refused) refused; \(segments) segments and \(parts) parts since the start"
                ),
                (
                    "HLS broken",
                    "\(missed) missed, \(discontinuous) discontinuous, \(brokenPromises) promises, "
                        + String(format: "%d stalls of %.1f s", stalls, stalledSeconds)
                ),
            ]
            for (name, durations) in [("playlists", playlist), ("media", media), ("held requests", held)] {
                if let durations { rows.append((name, durations.text)) }
            }
            return rows
        }
    }

    struct Server: Codable {
        var cpuSeconds: Double
        /// User and system seconds for 10⁹ bytes delivered, or taken in where nobody watches.
        var cpuSecondsPerGigabyte: Double?
        /// The part of it that was spent in the server's own code.
        var userSecondsPerGigabyte: Double?
        var cores: Double
        var residentBytesBefore: Int
        var residentBytesWithPublishers: Int
        var residentBytes: Int
        var greatestResidentBytes: Int
        /// Allocations, where they were counted.
        var allocations: Int?
        var allocatedBytes: Int?
    }

    var seconds: Double
    var publishers: Publishers
    var players: Players
    var server: Server?
    /// Cores that this program itself kept busy.
    var ownCores: Double

    /// A table to read.
    var table: String {
        var table = ReportTable()
        table.add("window", String(format: "%.1f s", seconds))
        if publishers.wanted > 0 {
            let failures = ReportTable.text(publishers.failures)
            table.add("publishers", "\(publishers.live) of \(publishers.wanted)\(failures)")
            table.add("sent", String(format: "%.1f MB, %d frames", Double(publishers.bytes) / 1e6, publishers.frames))
            if let lateness = publishers.lateness { table.add("late by", lateness.text) }
        }
        if players.wanted > 0 {
            table.add("players", "\(players.watching) of \(players.wanted)\(ReportTable.text(players.failures))")
            table.add(
                "received",
                String(
                    format: "%.1f MB, %d frames, %.2f Mb/s each", Double(players.bytes) / 1e6, players.frames,
                    players.megabitsPerSecondEach))
            table.add("lost, disordered, damaged", "\(players.lost), \(players.disordered), \(players.damaged)")
            table.add("since the start", "\(players.lostSinceStart) lost, \(players.damagedSinceStart) damaged")
            if let delay = players.delay { table.add("delay", delay.text) }
            if let firstFrame = players.firstFrame { table.add("first key frame", firstFrame.text) }
            table.add(players.hls?.rows ?? [])
        }
        if let server {
            table.add("server CPU", String(format: "%.2f s, %.3f of a core", server.cpuSeconds, server.cores))
            if let cost = server.cpuSecondsPerGigabyte {
                let own = String(format: "%.3f s, %.3f of it its own code", cost, server.userSecondsPerGigabyte ?? 0)
                table.add("server CPU per GB", own)
            }
            table.add(
                "server memory",
                [
                    server.residentBytesBefore, server.residentBytesWithPublishers, server.residentBytes,
                    server.greatestResidentBytes,
                ].map { String(format: "%.1f", Double($0) / 1_048_576) }.joined(separator: ", ")
                    + " MiB (before, with publishers, now, greatest)")
        }
        if let allocations = server?.allocations, let bytes = server?.allocatedBytes {
            table.add("server allocations", "\(allocations), \(bytes) bytes")
        }
        table.add("this program", String(format: "%.3f of a core", ownCores))
        return table.text
    }
}
