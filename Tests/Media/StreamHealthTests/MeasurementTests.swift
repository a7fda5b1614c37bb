import MediaModel
import NIOCore
import Testing

@testable import StreamHealth

@Suite("Measuring a stream")
struct MeasurementTests {
    @Test("nothing is known before a whole second was seen")
    func beginning() {
        var feed = Feed()
        #expect(feed.measurement.figures(at: 0).tracks.isEmpty)
        feed.now = 10_500
        feed.play(for: 1_000)
        let figures = feed.measurement.figures(at: feed.now)
        #expect(figures.bitsPerSecond == nil)
        #expect(figures.tracks.map(\.frames) == [25, 47])
    }

    @Test("bitrate and frame rate are those of the latest ten seconds")
    func rates() throws {
        var feed = Feed()
        feed.play(for: 20_000, bytes: 1_000)
        feed.play(from: 20_000, for: 11_000, bytes: 5_000)
        let figures = feed.measurement.figures(at: feed.now)
        let video = try #require(figures.tracks.first)
        #expect(video.frameRate == 25)
        #expect(video.bitsPerSecond == 25 * 5_000 * 8)
        let audio = try #require(figures.tracks.last)
        #expect(abs(try #require(audio.frameRate) - 46.875) < 0.2)
        #expect(figures.duration > 30_900)
        #expect(abs(try #require(figures.speed) - 1) < 0.01)
    }

    @Test("the distances of sync frames are known, and how they vary")
    func keyframes() throws {
        var feed = Feed()
        for (index, time) in [0, 2_000, 4_000, 9_000, 11_000].enumerated() {
            feed.now = 10_000 + Int64(time)
            feed.picture(at: Int64(time), sync: true)
            #expect((feed.measurement.figures(at: feed.now).tracks[0].keyframes?.latest == nil) == (index == 0))
        }
        feed.picture(at: 11_400)
        let keyframes = try #require(feed.measurement.figures(at: feed.now).tracks[0].keyframes)
        #expect(
            keyframes == KeyframeFigures(latest: 2_000, mean: 2_750, shortest: 2_000, longest: 5_000, sinceLast: 400))
    }

    @Test("a break of the timeline is counted, and is no distance of sync frames")
    func breaks() {
        var feed = Feed()
        feed.picture(at: 0, sync: true)
        feed.now += 40
        feed.picture(at: 60_000, sync: true, isBreak: true)
        let figures = feed.measurement.figures(at: feed.now)
        #expect(figures.timestampJumps == 1)
        #expect(figures.tracks[0].keyframes?.latest == nil)
        #expect(figures.tracks[0].jitter == 0)
    }

    @Test("a silence grows, and is a gap of the stream and its tracks")
    func silence() throws {
        var feed = Feed()
        feed.play(for: 3_000)
        let figures = feed.measurement.figures(at: feed.now + 2_500)
        #expect(try #require(figures.silence) >= 2_500)
        #expect(try #require(figures.longestGap) >= 2_500)
        #expect(figures.tracks.allSatisfy { ($0.silence ?? 0) >= 2_500 })
    }

    @Test("frames that come unevenly show as jitter, and even ones do not")
    func jitter() throws {
        var even = Feed()
        even.play(for: 3_000, hasSound: false)
        #expect(even.measurement.figures(at: even.now).tracks[0].jitter < 0.01)
        var uneven = Feed()
        for index in 0..<200 {
            uneven.now += index % 2 == 0 ? 10 : 70
            uneven.picture(at: Int64(index) * 40)
        }
        #expect(abs(uneven.measurement.figures(at: uneven.now).tracks[0].jitter - 30) < 1)
    }

    @Test("media that comes slower than it plays shows as its speed")
    func speed() throws {
        var feed = Feed()
        feed.play(for: 20_000, slowness: 1.25)
        #expect(abs(try #require(feed.measurement.figures(at: feed.now).speed) - 0.8) < 0.02)
    }

    @Test("sound that comes late shows as skew")
    func skew() throws {
        var feed = Feed()
        feed.play(for: 5_000, soundLate: 700)
        let skew = try #require(feed.measurement.figures(at: feed.now).skew)
        #expect((640...720).contains(skew))
    }

    @Test("tracks that leave are forgotten, those that stay go on")
    func changingTracks() {
        var feed = Feed()
        feed.measurement.setTracks([feed.video, feed.audio])
        feed.play(for: 2_000)
        feed.measurement.setTracks([feed.video])
        let figures = feed.measurement.figures(at: feed.now)
        #expect(figures.tracks.map(\.track.id) == [Track.ID(.video)])
        #expect(figures.tracks[0].frames == 50)
    }

    @Test("a publisher that comes back after a while was not silent meanwhile")
    func resumption() throws {
        var feed = Feed()
        feed.play(for: 3_000)
        feed.now += 8_000
        feed.measurement.resume()
        feed.picture(at: 11_000, sync: true, isBreak: true)
        feed.now += 40
        feed.play(from: 11_040, for: 40)
        #expect(feed.measurement.figures(at: feed.now).timestampJumps == 0)
        #expect(try #require(feed.measurement.figures(at: feed.now).silence) < 100)
        #expect(feed.measurement.figures(at: feed.now).tracks[0].jitter < 1)
    }

    @Test("clocks and times of any size do not end the process")
    func extremes() {
        var feed = Feed()
        for now in [0, Int64.max / 4, Int64.max / 2] {
            feed.now = now
            for time in [0, -5, Int64.max / 4, 7] { feed.picture(at: time, sync: true) }
            _ = feed.measurement.figures(at: now)
        }
        var judge = HealthJudge()
        _ = judge.look(at: feed)
    }
}
