import CodecParsing
public import MediaModel
import NIOCore
import StreamHealth

/// Looks at the elements of a stream as the publisher sends them, and tells what they are and what is wrong with them.
///
/// Times are taken as they come, before any normalisation: it is their faults that are looked for.
public struct StreamInspector: Sendable {
    /// The greatest distance of two frames of a track that is no gap: one second.
    public static let greatestStep: Int64 = 1_000

    private struct Observation {
        var track: Track
        var frames = 0
        var bytes = 0
        var first: Int64
        var last: Int64
        var syncFrames = 0
        var lastSync: Int64?
        var syncSpan: Int64 = 0
        var longestSyncDistance: Int64 = 0
        var hasReorderedFrames = false
    }

    private struct FaultKey: Hashable {
        let track: Track.ID
        let fault: String
    }

    private var observations: [Track.ID: Observation] = [:]
    private var faults: [FaultKey: (count: Int, first: Int64)] = [:]
    private var changes = -1
    private var health = HealthInspection()

    /// Makes an inspector that has seen nothing.
    public init() {}

    /// How many frames were seen.
    public var frameCount: Int { observations.values.reduce(0) { $0 + $1.frames } }

    /// Media time from the first frame to the last, in milliseconds.
    public var durationMilliseconds: Int64 {
        guard let first = observations.values.map(\.first).min(), let last = observations.values.map(\.last).max()
        else { return 0 }
        return last - first
    }

    /// Takes one element.
    public mutating func inspect(_ element: StreamElement) {
        switch element {
        case .tracks(let tracks):
            changes += 1
            health.setTracks(tracks)
        case .frame(let frame):
            observe(frame)
            health.see(frame)
        case .metadata, .data, .discontinuity: break
        }
    }

    private mutating func observe(_ frame: MediaFrame) {
        let id = frame.track.id
        let time = frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
        var observation = observations[id] ?? Observation(track: frame.track, first: time, last: time)
        if observation.frames > 0 { judge(time - observation.last, at: time, of: id) }
        observation.track = frame.track
        observation.frames += 1
        observation.bytes += frame.payload.readableBytes
        observation.last = max(observation.last, time)
        if frame.compositionOffset != 0 { observation.hasReorderedFrames = true }
        if frame.isSync, id.kind == .video {
            if let lastSync = observation.lastSync, time > lastSync {
                observation.syncSpan += time - lastSync
                observation.longestSyncDistance = max(observation.longestSyncDistance, time - lastSync)
                observation.syncFrames += 1
            }
            observation.lastSync = time
        }
        observations[id] = observation
    }

    private mutating func judge(_ step: Int64, at time: Int64, of id: Track.ID) {
        if step < 0 {
            note("goes back", id, time)
        } else if step == 0, id.kind == .video {
            note("stands still", id, time)
        } else if step > Self.greatestStep {
            note("jumps ahead", id, time)
        }
    }

    private mutating func note(_ fault: String, _ id: Track.ID, _ time: Int64) {
        faults[FaultKey(track: id, fault: fault), default: (0, time)].count += 1
    }

    /// What was found so far.
    ///
    /// - Parameter skippedTags: tags that whoever feeds the inspector could not read.
    public func report(skippedTags: Int = 0) -> StreamReport {
        StreamReport(
            tracks: observations.values.sorted { $0.track.id < $1.track.id }.map(Self.report),
            duration: Double(durationMilliseconds) / 1_000,
            timestampFaults: faults.sorted { $0.value.first < $1.value.first }.map { key, value in
                StreamReport.TimestampFault(
                    track: "\(key.track.kind.rawValue) \(key.track.number)", fault: key.fault, count: value.count,
                    firstMilliseconds: value.first)
            },
            skippedTags: skippedTags, configurationChanges: max(0, changes), findings: health.findings)
    }

    private static func report(_ observation: Observation) -> StreamReport.TrackReport {
        let track = observation.track
        let span = observation.last - observation.first
        let seconds = Double(span) / 1_000
        // The last frame's own duration is not in the span.
        let whole = observation.frames > 1 ? seconds * Double(observation.frames) / Double(observation.frames - 1) : 0
        return StreamReport.TrackReport(
            kind: track.kind.rawValue, number: Int(track.id.number), codec: track.codec.rawValue,
            codecString: track.configuration.codecString,
            width: track.configuration.video?.width, height: track.configuration.video?.height,
            sampleRate: track.configuration.audio?.sampleRate, channels: track.configuration.audio?.channelCount,
            frames: observation.frames,
            bitsPerSecond: whole > 0 ? Int(Double(observation.bytes) * 8 / whole) : nil,
            frameRate: whole > 0 ? Double(observation.frames) / whole : nil,
            keyframeInterval: observation.syncFrames > 0
                ? Double(observation.syncSpan) / Double(observation.syncFrames) / 1_000 : nil,
            longestKeyframeInterval: observation.syncFrames > 0
                ? Double(observation.longestSyncDistance) / 1_000 : nil,
            hasReorderedFrames: observation.hasReorderedFrames)
    }
}
