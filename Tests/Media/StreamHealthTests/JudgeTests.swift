import MediaModel
import NIOCore
import Testing

@testable import StreamHealth

@Suite("Judging a stream's health")
struct JudgeTests {
    /// Looks once a second while the feed plays on.
    private func watch(
        _ feed: inout Feed, _ judge: inout HealthJudge, seconds: Int, play: (inout Feed, Int64) -> Void
    ) -> (raised: [HealthRule], cleared: [HealthRule]) {
        var (raised, cleared): ([HealthRule], [HealthRule]) = ([], [])
        for second in 0..<seconds {
            play(&feed, Int64(second) * 1_000)
            let look = judge.look(at: feed)
            raised += look.raised
            cleared += look.cleared
        }
        return (raised, cleared)
    }

    @Test("a good stream has no finding")
    func good() {
        var feed = Feed(frameRate: 25)
        var judge = HealthJudge()
        let seen = watch(&feed, &judge, seconds: 60) { $0.play(from: $1, for: 1_000) }
        #expect(seen.raised.isEmpty)
        #expect(judge.findings.isEmpty)
    }

    @Test("keyframes every ten seconds are a finding in plain words, and shorter ones clear it later")
    func rareKeyframes() throws {
        var feed = Feed()
        var judge = HealthJudge()
        var seen = watch(&feed, &judge, seconds: 21) { $0.play(from: $1, for: 1_000, keyframeInterval: 10_000) }
        #expect(seen.raised == [.keyframesRare])
        let finding = try #require(judge.findings.first)
        #expect(finding.text == "keyframe every 10 s: HLS viewers will wait, and everybody starts late")
        #expect(finding.rule.remedy == "Set the encoder's keyframe interval to 2 s.")
        #expect(finding.track == Track.ID(.video))
        seen = watch(&feed, &judge, seconds: 30) { $0.play(from: 22_000 + $1, for: 1_000) }
        #expect(seen.cleared.contains(.keyframesRare))
        #expect(!judge.findings.contains { $0.rule == .keyframesRare })
    }

    @Test("a publisher that falls silent is an error at once, and well again when it goes on")
    func silence() {
        var feed = Feed()
        var judge = HealthJudge()
        _ = watch(&feed, &judge, seconds: 10) { $0.play(from: $1, for: 1_000) }
        var seen = watch(&feed, &judge, seconds: 5) { feed, _ in feed.now += 1_000 }
        #expect(seen.raised.contains(.publisherSilent))
        #expect(judge.findings.first?.rule.severity == .error)
        feed.measurement.resume()
        seen = watch(&feed, &judge, seconds: 5) { $0.play(from: 15_000 + $1, for: 1_000) }
        #expect(seen.cleared.contains(.publisherSilent))
    }

    @Test("a pause is a stall once it is over, and not before")
    func stall() {
        var feed = Feed()
        var judge = HealthJudge()
        _ = watch(&feed, &judge, seconds: 10) { $0.play(from: $1, for: 1_000) }
        var seen = watch(&feed, &judge, seconds: 2) { feed, _ in feed.now += 1_000 }
        #expect(seen.raised.isEmpty)
        seen = watch(&feed, &judge, seconds: 3) { $0.play(from: 12_000 + $1, for: 1_000) }
        #expect(seen.raised.contains(.encoderStalls))
    }

    @Test("a stream without sound, and one whose sound stops, are told apart")
    func sound() {
        var mute = Feed()
        var judge = HealthJudge()
        #expect(
            watch(&mute, &judge, seconds: 20) { $0.play(from: $1, for: 1_000, hasSound: false) }.raised
                == [.soundMissing])
        var stopping = Feed()
        judge = HealthJudge()
        _ = watch(&stopping, &judge, seconds: 10) { $0.play(from: $1, for: 1_000) }
        let seen = watch(&stopping, &judge, seconds: 10) { $0.play(from: 10_000 + $1, for: 1_000, hasSound: false) }
        #expect(seen.raised.contains(.soundStopped))
        #expect(!seen.raised.contains(.soundMissing))
    }

    @Test("pictures that stop while sound goes on are an error")
    func pictures() {
        var feed = Feed()
        var judge = HealthJudge()
        _ = watch(&feed, &judge, seconds: 10) { $0.play(from: $1, for: 1_000) }
        let seen = watch(&feed, &judge, seconds: 10) { $0.play(from: 10_000 + $1, for: 1_000, hasPictures: false) }
        #expect(seen.raised.contains(.picturesStopped))
    }

    @Test("media that comes too slowly is the encoder's fault, or the line's where that shows why")
    func slow() {
        for (line, rule) in [
            (LineFigures(roundTrip: 20), HealthRule.encoderSlow), (LineFigures(roundTrip: 900), .lineSaturated),
        ] {
            var feed = Feed()
            var judge = HealthJudge()
            var raised: [HealthRule] = []
            for second in 0..<30 {
                feed.play(from: Int64(second) * 1_000, for: 1_000, slowness: 1.2)
                raised += judge.judge(feed.measurement.figures(at: feed.now), line: line, now: feed.now)
                    .map(\.finding.rule)
            }
            #expect(raised == [rule])
        }
    }

    @Test("a line that loses is told from its segments")
    func lossy() {
        var judge = HealthJudge()
        var feed = Feed()
        var transitions: [HealthTransition] = []
        for second in 0..<10 {
            feed.play(from: Int64(second) * 1_000, for: 1_000)
            let line = LineFigures(segmentsReceived: second * 1_000, segmentsOutOfOrder: second > 5 ? second * 40 : 0)
            transitions += judge.judge(feed.measurement.figures(at: feed.now), line: line, now: feed.now)
        }
        #expect(transitions.first?.finding.rule == .lineLossy)
    }

    @Test("sound far from its pictures, pictures that are dropped, too few bits and too many are found")
    func quality() {
        func raised(_ feed: Feed, _ play: (inout Feed, Int64) -> Void) -> [HealthRule] {
            var feed = feed
            var judge = HealthJudge()
            return watch(&feed, &judge, seconds: 25, play: play).raised
        }
        #expect(raised(Feed()) { $0.play(from: $1, for: 1_000, soundLate: 900) } == [.outOfSync])
        #expect(raised(Feed(frameRate: 30)) { $0.play(from: $1, for: 1_000) } == [.framesDropped])
        #expect(
            raised(Feed(width: 1920, height: 1080)) { $0.play(from: $1, for: 1_000, bytes: 1_000) } == [.bitrateLow])
        #expect(raised(Feed()) { $0.play(from: $1, for: 1_000, bytes: 130_000) } == [.bitrateHigh])
    }

    @Test("sound with holes is found")
    func holes() {
        var feed = Feed()
        var judge = HealthJudge()
        var raised: [HealthRule] = []
        var next: Int64 = 0
        for second in 1...25 {
            while next < second * 1_000 {
                feed.now = 10_000 + next
                // Every tenth frame is missing.
                if next / 21 % 10 != 0 { feed.sound(at: next) }
                if next % 42 == 0 { feed.picture(at: next, sync: next % 2_100 == 0) }
                next += 21
            }
            feed.now = 10_000 + Int64(second) * 1_000
            raised += judge.look(at: feed).raised
        }
        #expect(raised == [.soundIncomplete])
    }

    @Test("a figure on the border does not flap")
    func hysteresis() {
        var judge = HealthJudge()
        let track = Feed().video
        var transitions = 0
        for second in 0..<120 {
            // 4.3 and 4.6 s: once raised, neither is good enough to clear.
            let distance: Int64 = second % 2 == 0 ? 4_300 : 4_600
            let figures = StreamFigures(tracks: [
                TrackFigures(
                    track: track, frames: 1,
                    keyframes: KeyframeFigures(
                        latest: distance, mean: distance, shortest: distance, longest: distance, sinceLast: 0))
            ])
            transitions +=
                judge.judge(figures, now: Int64(second) * 1_000)
                .filter { $0.finding.rule == .keyframesRare }.count
        }
        #expect(transitions == 1)
    }

    @Test("jumps and steps back are found, and over after a minute")
    func timestamps() {
        var judge = HealthJudge()
        var figures = StreamFigures(tracks: [TrackFigures(track: Feed().audio, frames: 1)])
        _ = judge.judge(figures, now: 0)
        figures.timestampJumps = 1
        figures.tracks[0].timestampRepairs = 5
        let raised = judge.judge(figures, now: 1_000).map(\.finding.rule)
        #expect(raised == [.timestampsGoBack, .timestampsJump])
        #expect(judge.judge(figures, now: 60_000).isEmpty)
        #expect(judge.judge(figures, now: 61_000).filter { !$0.isRaised }.count == 2)
    }

    @Test("B-frames are a finding only where an output cannot have them")
    func reordered() {
        var thresholds = HealthThresholds()
        for isForbidden in [false, true] {
            thresholds.forbidsReorderedFrames = isForbidden
            var judge = HealthJudge(thresholds: thresholds)
            let figures = StreamFigures(tracks: [
                TrackFigures(track: Feed().video, frames: 1, hasReorderedFrames: true),
                TrackFigures(track: Feed().audio, frames: 1),
            ])
            for second in 0..<20 { _ = judge.judge(figures, now: Int64(second) * 1_000) }
            #expect(judge.findings.map(\.rule) == (isForbidden ? [.reorderedFrames] : []))
        }
    }

    @Test("hundreds of tracks do not make hundreds of findings")
    func manyTracks() {
        var judge = HealthJudge()
        let figures = StreamFigures(
            tracks: (0...255).map { number in
                TrackFigures(
                    track: Track(
                        id: .init(.video, UInt8(number)), timescale: .milliseconds, configuration: .init(video: .h264)),
                    frames: 1,
                    keyframes: KeyframeFigures(
                        latest: 10_000, mean: nil, shortest: nil, longest: nil, sinceLast: 0))
            })
        _ = judge.judge(figures, now: 0)
        #expect((32...HealthJudge.mostFindings).contains(judge.findings.count))
    }

    @Test("every rule has a remedy, and times that make sense")
    func rules() {
        for rule in HealthRule.allCases {
            #expect(rule.remedy.hasSuffix("."))
            #expect(rule.clearsAfter > 0)
            #expect(rule.rawValue.contains("."))
        }
    }
}
