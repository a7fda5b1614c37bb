import MediaModel
import NIOCore
import TestSupport
import Testing

@testable import SegmentPackaging

@Suite("Track clock")
struct TrackClockTests {
    private func clock(_ track: Track, origin: Int64 = 441_000) -> TrackClock {
        TrackClock(track, timescale: TrackClock.outputTimescale(for: track), sourceOrigin: 0, origin: origin)
    }

    private func times(_ clock: inout TrackClock, of sources: [Int64]) -> [Int64?] {
        sources.map { source in
            let time = clock.time(of: source)
            if let time { clock.take(time, length: clock.frameLength) }
            return time
        }
    }

    @Test("23, 23 and 24 milliseconds are 1,024 samples each")
    func roundedMilliseconds() {
        var clock = clock(SyntheticSource.sound())
        let sources = (0..<10_000).map { Int64($0) * 1_024_000 / 44_100 }
        #expect(times(&clock, of: sources) == (0..<10_000).map { 441_000 + Int64($0) * 1024 })
    }

    @Test("jitter below the edge of what is heard does not move sound")
    func jitter() {
        var clock = clock(SyntheticSource.sound())
        var random = SeededGenerator(seed: 7)
        let sources = (0..<1000).map { Int64($0) * 1_024_000 / 44_100 + Int64.random(in: -19...19, using: &random) }
        let found = times(&clock, of: sources).compactMap(\.self)
        #expect(zip(found, found.dropFirst()).allSatisfy { $1 - $0 == 1024 })
    }

    @Test("a hole in the sound stays a hole")
    func hole() {
        var clock = clock(SyntheticSource.sound(), origin: 0)
        #expect(times(&clock, of: [0, 23, 46, 200, 223]) == [0, 1024, 2048, 8820, 8820 + 1024])
    }

    @Test("too much sound for its time is squeezed until it fits, never back in time")
    func tooFast() {
        var clock = clock(SyntheticSource.sound(), origin: 0)
        // A thousand frames whose times advance by 20 ms instead of 23.2.
        let found = times(&clock, of: (0..<1000).map { $0 * 20 }).compactMap(\.self)
        #expect(found.count == 1000)
        #expect(zip(found, found.dropFirst()).allSatisfy { (512...1024).contains($1 - $0) })
        for (index, time) in found.enumerated() { #expect(abs(time - Int64(index) * 882) <= 44_100 * 64 / 1000) }
    }

    @Test("sound whose own clock is slow keeps up in steps")
    func tooSlow() {
        var clock = clock(SyntheticSource.sound(), origin: 0)
        let found = times(&clock, of: (0..<1000).map { $0 * 24 }).compactMap(\.self)
        for (index, time) in found.enumerated() {
            #expect(abs(time - Int64(index) * 44_100 * 24 / 1000) <= 44_100 * 41 / 1000)
        }
    }

    @Test("pictures keep their times, and equal ones follow each other by a tick")
    func pictures() {
        var clock = clock(SyntheticSource.pictures(), origin: 900_000)
        #expect(
            times(&clock, of: [0, 33, 67, 67, 67, 100])
                == [900_000, 902_970, 906_030, 906_031, 906_032, 909_000])
    }

    @Test("time that goes back by more than a second is refused, and changes nothing")
    func back() {
        var clock = clock(SyntheticSource.pictures(), origin: 900_000)
        #expect(times(&clock, of: [5000, 3000, 4500, .min, .max, 5033]).first == 1_350_000)
        var other = self.clock(SyntheticSource.pictures(), origin: 900_000)
        #expect(times(&other, of: [5000, 3000, .min, 5033]) == [1_350_000, nil, nil, 1_352_970])
    }
}
