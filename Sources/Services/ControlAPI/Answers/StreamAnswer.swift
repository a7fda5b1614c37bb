import CodecParsing
import EndpointCore
import MediaModel
import NIOCore
import StreamHealth
import StreamHub

/// A live stream as the API shows it.
struct StreamAnswer {
    let status: StreamStatus
    let publisher: SessionDirectory.Entry?
    let players: [String: Int]
    let findings: [HealthFinding]
    let clock: ClockReading
    /// The latest minutes, for who asked for them.
    var history: StreamHistory?

    func write(to writer: inout JSONWriter) {
        let figures = status.figures
        writer.member("application", status.path.application)
        writer.member("name", status.path.name)
        writer.member("state", status.isPublished ? "live" : "interrupted")
        writer.member("since", time: clock.wall(before: status.age))
        writer.member("ageSeconds", Double(status.age.nanoseconds) / 1_000_000_000)
        if let publisher {
            writer.member("publisher") { writer in
                writer.member("session", publisher.id)
                writer.member("transport", publisher.transport)
                writer.member("since", time: clock.wall(at: publisher.since))
            }
        }
        writer.member("viewers") { writer in
            writer.member("total", players.values.reduce(0, +))
            writer.member("byTransport") { writer in
                for (transport, count) in players.sorted(by: { $0.key < $1.key }) {
                    writer.member(named: transport, count)
                }
            }
        }
        writer.member("bitsPerSecond", figures.bitsPerSecond)
        writer.member("received") { writer in
            writer.member("frames", figures.tracks.reduce(0) { $0 + $1.frames })
            writer.member("payloadBytes", figures.tracks.reduce(0) { $0 + $1.bytes })
        }
        writer.member("delivered") { writer in
            writer.member("frames", status.delivery.frames)
            writer.member("bytes", status.delivery.bytes)
            writer.member("lostFrames", status.delivery.lostFrames)
        }
        writer.member("timing") { writer in
            writer.member("speed", figures.speed)
            writer.member("skewSeconds", figures.skew.map(Self.seconds))
            writer.member("silenceSeconds", figures.silence.map(Self.seconds))
            writer.member("longestGapSeconds", figures.longestGap.map(Self.seconds))
            writer.member("timestampJumps", figures.timestampJumps)
        }
        writer.member("tracks", of: figures.tracks) { writer, track in
            writer.object { write(track, to: &$0) }
        }
        writer.member("health") { writer in
            writer.member("status", findings.map(\.rule.severity).max()?.rawValue ?? "good")
            writer.member("findings", of: findings) { writer, finding in
                writer.object { write(finding, to: &$0) }
            }
        }
        if let history { writer.member("history") { history.write(to: &$0) } }
    }

    private func write(_ figures: TrackFigures, to writer: inout JSONWriter) {
        let track = figures.track
        writer.member("kind", track.kind.rawValue)
        writer.member("number", Int(track.id.number))
        writer.member("codec", track.codec.rawValue)
        writer.member("codecString", track.configuration.codecString)
        writer.member("name", track.name)
        writer.member("language", track.language)
        if let video = track.configuration.video {
            writer.member("width", video.width)
            writer.member("height", video.height)
            writer.member("declaredFrameRate", video.frameRate)
            writer.member("bitDepth", video.bitDepth)
            writer.member("dynamicRange", video.color?.dynamicRange.rawValue)
        }
        if let audio = track.configuration.audio {
            writer.member("sampleRate", audio.sampleRate)
            writer.member("channels", audio.channelCount)
            writer.member("loudspeakers", of: Loudspeakers.names(of: audio)) { $0.string($1) }
        }
        writer.member("bitsPerSecond", figures.bitsPerSecond)
        writer.member("frameRate", figures.frameRate)
        writer.member("frames", figures.frames)
        writer.member("payloadBytes", figures.bytes)
        if let keyframes = figures.keyframes {
            writer.member("keyframes") { writer in
                writer.member("latestIntervalSeconds", keyframes.latest.map(Self.seconds))
                writer.member("meanIntervalSeconds", keyframes.mean.map(Self.seconds))
                writer.member("shortestIntervalSeconds", keyframes.shortest.map(Self.seconds))
                writer.member("longestIntervalSeconds", keyframes.longest.map(Self.seconds))
                writer.member("sinceLastSeconds", Self.seconds(keyframes.sinceLast))
            }
        }
        writer.member("silenceSeconds", figures.silence.map(Self.seconds))
        writer.member("longestGapSeconds", figures.longestGap.map(Self.seconds))
        writer.member("jitterSeconds", figures.jitter / 1_000)
        writer.member("timestampRepairs", figures.timestampRepairs)
        writer.member("hasReorderedFrames", figures.hasReorderedFrames)
        writer.member("omittedFrom", of: omissions(of: track.id)) { writer, omission in
            writer.object { writer in
                writer.member("output", omission.output)
                writer.member("reason", omission.reason)
            }
        }
    }

    private func omissions(of track: Track.ID) -> [(output: String, reason: String)] {
        status.omissions.sorted { $0.key < $1.key }.flatMap { output, omissions in
            omissions.filter { $0.track == track }.map { (output, $0.reason) }
        }
    }

    private func write(_ finding: HealthFinding, to writer: inout JSONWriter) {
        writer.member("rule", finding.rule.rawValue)
        writer.member("severity", finding.rule.severity.rawValue)
        writer.member("track", finding.track.map(TrackSummary.name))
        writer.member("text", finding.text)
        writer.member("remedy", finding.rule.remedy)
        writer.member("since", time: clock.wall(atMilliseconds: finding.since))
    }

    private static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1_000 }
}
