import MediaModel
import NIOCore
import TestSupport
import Testing

@testable import StreamHub

@Suite("Timeline normaliser (one timeline out of whatever a publisher sends)")
struct TimelineNormalizerTests {
    private let video = Track.ID(.video)
    private let audio = Track.ID(.audio)

    /// Feeds timestamps of one track at the wall clock's pace of 40 ms.
    private func place(_ raws: [UInt32], in timeline: inout TimelineNormalizer) -> [TimelineNormalizer.Placement] {
        raws.enumerated().map { index, raw in
            timeline.place(raw, track: video, now: .uptimeNanoseconds(UInt64(index + 1) * 40_000_000))
        }
    }

    @Test("small steps are believed as they are")
    func regular() {
        var timeline = TimelineNormalizer()
        #expect(place([0, 40, 80, 121], in: &timeline).map(\.milliseconds) == [0, 40, 80, 121])
        #expect(timeline.repairs == 0)
    }

    @Test("a wrap at 2^32 ms goes on")
    func wrap32() {
        var timeline = TimelineNormalizer()
        let placements = place([UInt32.max - 39, 0, 40], in: &timeline)
        let first = placements[0].milliseconds
        #expect(placements.map { $0.milliseconds - first } == [0, 40, 80])
        #expect(!placements.contains { $0.isBreak })
    }

    @Test("a wrap at 2^31 ms of a writer that masks the top bit goes on")
    func wrap31() {
        var timeline = TimelineNormalizer()
        let placements = place([(1 << 31) - 40, 0, 40], in: &timeline)
        let first = placements[0].milliseconds
        #expect(placements.map { $0.milliseconds - first } == [0, 40, 80])
        #expect(!placements.contains { $0.isBreak })
    }

    @Test("a far start is set back to the beginning")
    func farStart() {
        var timeline = TimelineNormalizer()
        #expect(place([17_000_000, 17_000_040], in: &timeline).map(\.milliseconds) == [20, 60])
    }

    @Test("a jump ahead is a break, and goes on by the wall clock")
    func jumpAhead() {
        var timeline = TimelineNormalizer()
        let placements = place([0, 40, 1_000_000, 1_000_040], in: &timeline)
        #expect(placements.map(\.milliseconds) == [0, 40, 80, 120])
        #expect(placements.map(\.isBreak) == [false, false, true, false])
    }

    @Test("a publisher that restarts at zero on the same connection is a break")
    func restart() {
        var timeline = TimelineNormalizer()
        let placements = place([8_000, 8_040, 0, 40], in: &timeline)
        #expect(placements.map(\.milliseconds) == [8_000, 8_040, 8_080, 8_120])
        #expect(placements.map(\.isBreak) == [false, false, true, false])
    }

    @Test("a small step back is no break, is not shown, and is counted")
    func stepBack() {
        var timeline = TimelineNormalizer()
        let placements = place([0, 40, 30, 80], in: &timeline)
        #expect(placements.map(\.milliseconds) == [0, 40, 40, 80])
        #expect(!placements.contains { $0.isBreak })
        #expect(timeline.repairs == 1)
    }

    @Test("sound and picture that jump together keep their distance and make one break")
    func jointJump() {
        var timeline = TimelineNormalizer()
        func at(_ milliseconds: UInt64) -> NIODeadline { .uptimeNanoseconds(milliseconds * 1_000_000) }
        _ = timeline.place(1000, track: video, now: at(1000))
        _ = timeline.place(1010, track: audio, now: at(1010))
        let picture = timeline.place(500_000, track: video, now: at(1040))
        let sound = timeline.place(500_010, track: audio, now: at(1050))
        #expect(picture.isBreak)
        #expect(!sound.isBreak)
        #expect(sound.milliseconds - picture.milliseconds == 10)
    }

    @Test("a track that jumps again and again is brought back each time, however its jumps resemble another's")
    func repeatedJumps() {
        var timeline = TimelineNormalizer()
        let now = NIODeadline.uptimeNanoseconds(1_000_000_000)
        var (sound, picture): (UInt32, UInt32) = (6_000, 6_000)
        _ = timeline.place(sound, track: audio, now: now)
        _ = timeline.place(picture, track: video, now: now)
        for _ in 0..<12 {
            picture += 5_000
            _ = timeline.place(picture, track: video, now: now)
        }
        for round in 0..<10 {
            let step: UInt32 = round % 2 == 0 ? 1_001 : 5_000
            sound &-= step
            _ = timeline.place(sound, track: audio, now: now)
            for _ in 0..<50 {
                picture &-= step
                let before = timeline.position
                let placed = timeline.place(picture, track: video, now: now)
                #expect(placed.milliseconds <= before + TimelineNormalizer.forwardTolerance)
            }
        }
    }

    @Test("a third track is put beside the one that its clock resembles")
    func thirdOrigin() {
        var timeline = TimelineNormalizer()
        let now = NIODeadline.uptimeNanoseconds(1_000_000_000)
        _ = timeline.place(0, track: video, now: now)
        _ = timeline.place(1_000_000_000, track: audio, now: now)
        let third = timeline.place(1_000_000_020, track: Track.ID(.audio, 1), now: now)
        #expect(third == .init(milliseconds: 20, isBreak: false))
    }

    @Test("a track with an origin of its own is put beside the other")
    func foreignOrigin() {
        var timeline = TimelineNormalizer()
        _ = timeline.place(0, track: audio, now: .uptimeNanoseconds(1))
        let picture = timeline.place(3_000_000_000, track: video, now: .uptimeNanoseconds(2))
        #expect(picture.milliseconds < 100)
    }

    @Test("another publisher goes on where the wall clock is, behind a break")
    func epoch() {
        var timeline = TimelineNormalizer()
        _ = place([5_000, 5_040], in: &timeline)
        timeline.beginEpoch()
        let later = timeline.place(0, track: video, now: .uptimeNanoseconds(3_080_000_000))
        #expect(later == .init(milliseconds: 8_040, isBreak: true))
        let sound = timeline.place(7, track: audio, now: .uptimeNanoseconds(3_080_000_000))
        #expect(sound == .init(milliseconds: 8_047, isBreak: false))
    }

    @Test("no input ever goes back within a track or below zero", arguments: 0..<20)
    func anything(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var timeline = TimelineNormalizer()
        var last: [Track.ID: Int64] = [:]
        var now: UInt64 = 1
        for _ in 0..<2_000 {
            now += UInt64.random(in: 0...100_000_000, using: &random)
            let track = Bool.random(using: &random) ? video : audio
            let raw = UInt32.random(in: 0...UInt32.max, using: &random) >> UInt32.random(in: 0...31, using: &random)
            if Int.random(in: 0..<200, using: &random) == 0 { timeline.beginEpoch() }
            let before = timeline.position
            let placed = timeline.place(raw, track: track, now: .uptimeNanoseconds(now)).milliseconds
            #expect(placed >= max(0, last[track] ?? 0))
            #expect(placed <= before + TimelineNormalizer.acceptedStart)
            last[track] = placed
        }
    }
}
