import MediaModel
import NIOCore

@testable import StreamHealth

/// A publisher whose frames a test describes.
struct Feed {
    var measurement = StreamMeasurement()
    var now: Int64 = 10_000
    let video: Track
    let audio: Track

    init(frameRate: Double? = nil, width: Int = 1280, height: Int = 720) {
        video = Track(
            id: .init(.video), timescale: .milliseconds,
            configuration: .init(
                video: .h264, format: VideoFormat(width: width, height: height, frameRate: frameRate)))
        audio = Track(
            id: .init(.audio), timescale: .milliseconds,
            configuration: .init(
                audio: .aac, format: AudioFormat(sampleRate: 48_000, channelCount: 2, samplesPerFrame: 1_024)))
    }

    mutating func picture(at time: Int64, sync: Bool = false, bytes: Int = 5_000, isBreak: Bool = false) {
        see(video, time, sync, bytes, isBreak)
    }

    mutating func sound(at time: Int64, bytes: Int = 400) {
        see(audio, time, true, bytes, false)
    }

    private mutating func see(_ track: Track, _ time: Int64, _ sync: Bool, _ bytes: Int, _ isBreak: Bool) {
        measurement.see(
            MediaFrame(track: track, decodeTime: time, isSync: sync, payload: ByteBuffer(repeating: 0, count: bytes)),
            .init(now: now, time: time, isBreak: isBreak))
    }

    /// Sends pictures every 40 ms and sound every 64/3 ms for some time, a sync frame every `keyframeInterval`.
    ///
    /// - Parameter slowness: how much longer than it plays the media takes to come.
    mutating func play(
        from start: Int64 = 0, for duration: Int64, keyframeInterval: Int64 = 2_000, bytes: Int = 5_000,
        hasSound: Bool = true, hasPictures: Bool = true, slowness: Double = 1, soundLate: Int64 = 0
    ) {
        let begin = now
        var sounds: Int64 = 0
        for time in stride(from: start, to: start + duration, by: 1) {
            now = begin + Int64(Double(time - start) * slowness)
            if hasPictures, time % 40 == 0 {
                picture(at: time, sync: time % keyframeInterval == 0, bytes: bytes)
            }
            if hasSound, time - start >= sounds * 64 / 3 {
                if time >= soundLate { sound(at: time - soundLate) }
                sounds += 1
            }
        }
        now = begin + Int64(Double(duration) * slowness)
    }
}

extension HealthJudge {
    /// Looks at a feed, and returns the rules of what came and went.
    mutating func look(at feed: Feed) -> (raised: [HealthRule], cleared: [HealthRule]) {
        let transitions = judge(feed.measurement.figures(at: feed.now), now: feed.now)
        return (
            transitions.filter(\.isRaised).map(\.finding.rule), transitions.filter { !$0.isRaised }.map(\.finding.rule)
        )
    }
}
