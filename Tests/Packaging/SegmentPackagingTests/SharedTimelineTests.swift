import M3U8
import MediaModel
import NIOCore
import SegmentPackaging
import Testing

@Suite("Two servers that package the same stream")
struct SharedTimelineTests {
    /// The date of the publisher's zero: a whole number of slots and some more, as it happens to be.
    private static let zero: Int64 = 1_786_278_896_400

    private func view(_ prefix: String) -> PlayerView {
        PlayerView {
            $0.partDuration = .milliseconds(200)
            $0.timeline = .publishers(zero: Self.zero)
            $0.numbering = .byDate
            $0.namePrefix = prefix
        }
    }

    @Test(
        "make the same names, numbers and bytes, also when one begins later",
        arguments: [(2000, 60), (1000, 30), (5000, 30), (7321, 60), (11_999, 15), (777, 20)] as [(Int64, Int)])
    func same(later: Int64, groupLength: Int) throws {
        var source = SyntheticSource()
        source.groupLength = groupLength
        source.compositionOffsets = [67, 167, 67, 0]
        var early = view("a-")
        var late = view("b-")
        late.now += 12_345
        early.announce(source)
        late.announce(source)
        for frame in source.frames(from: 0, to: 40_000) {
            early.now += 12
            late.now += 12
            early.send(.frame(frame))
            if frame.decodeTime >= later { late.send(.frame(frame)) }
        }
        for name in ["video.m3u8", "audio.m3u8"] {
            let first = try #require(early.playlists[name])
            let second = try #require(late.playlists[name])
            #expect(second.segments[0].uri.hasPrefix("b-"), "the first lacks what came before it")
            #expect(first.endSequence == second.endSequence)
            let count = second.segments.count - 1
            #expect(count >= 12)
            // The first part behind it was announced before anybody knew that it would begin another segment.
            #expect(first.segments.suffix(count - 1) == second.segments.suffix(count - 1))
            #expect(first.segmentUnderConstruction == second.segmentUnderConstruction)
            #expect(first.preloadHints == second.preloadHints && first.partTarget == second.partTarget)
            #expect(first.segments.suffix(count).map(\.uri) == second.segments.suffix(count).map(\.uri))
        }
        let common = Set(early.everything.keys).intersection(late.everything.keys)
        #expect(common.count > 200)
        for name in common where early.everything[name]?.isImmutable == true {
            #expect(early.everything[name] == late.everything[name], "\(name)")
        }
    }

    @Test("give what was cut off names of their own")
    func cutOff() throws {
        var source = SyntheticSource()
        var views = [view("a-"), view("b-")]
        for index in views.indices { views[index].announce(source) }
        for frame in source.frames(from: 0, to: 11_000) {
            for index in views.indices where index == 0 || frame.decodeTime < 10_700 {
                views[index].now += 12
                views[index].send(.frame(frame))
            }
        }
        for index in views.indices { views[index].finish() }
        let last = try views.map { try #require($0.playlists["video.m3u8"]?.segments.last) }
        #expect(last.map { $0.uri.prefix(2) } == ["a-", "b-"])
        #expect(last[0].parts.first?.uri == last[1].parts.first?.uri)
        let common = Set(views[0].everything.keys).intersection(views[1].everything.keys)
        for name in common where views[0].everything[name]?.isImmutable == true {
            #expect(views[0].everything[name] == views[1].everything[name], "\(name)")
        }
    }

    @Test("go on by themselves when the timestamps go back")
    func back() throws {
        var view = view("a-")
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 9000)
        view.send(.discontinuity)
        view.play(&source, to: 9000)
        let playlist = try #require(view.playlists["video.m3u8"])
        #expect(playlist.segments.last?.uri.hasPrefix("a-video-") == true)
        #expect(view.packager.counters.discontinuities == 1)
    }

    @Test("numbers by date go on when packaging begins anew")
    func numbers() throws {
        var ends: [Int] = []
        for round in 0..<3 {
            var view = PlayerView { $0.numbering = .byDate }
            view.now += Int64(round) * 30_000
            var source = SyntheticSource()
            view.announce(source)
            view.play(&source, to: 20_500)
            let playlist = try #require(view.playlists["video.m3u8"])
            #expect(ends.allSatisfy { $0 <= playlist.mediaSequence })
            ends.append(playlist.endSequence)
        }
        // Half a minute is fifteen segments.
        #expect(ends.map { $0 - ends[0] } == [0, 15, 30])
        #expect(ends[0] == (1_786_278_896_000 - 1_735_689_600_000) / 2000 + 10)
    }
}
