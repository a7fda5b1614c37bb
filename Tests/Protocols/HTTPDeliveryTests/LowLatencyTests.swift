import NIOCore
import NIOPosix
import SegmentPackaging
import Testing

@testable import HTTPDelivery

@Suite("Requests that wait for parts")
struct LowLatencyTests {
    private static let edge = PlaylistEdge(
        sequence: 100, partCount: 2, lastPartCount: 5, hint: "next.m4s", isEnded: false, targetDuration: 2,
        partTargetMilliseconds: 400)

    @Test(
        "directives are numbers, the part with its segment",
        arguments: [
            ([:], PlaylistDirectives(nil)), (["_HLS_skip": "YES"], PlaylistDirectives(nil, skips: true)),
            (["_HLS_skip": "v2"], PlaylistDirectives(nil, skips: true)), (["_HLS_skip": "no"], PlaylistDirectives(nil)),
            (["_HLS_msn": "7"], PlaylistDirectives(.init(sequence: 7))),
            (["_HLS_msn": "7", "_HLS_part": "0"], PlaylistDirectives(.init(sequence: 7, part: 0))),
            (["token": "x"], PlaylistDirectives(nil)), (["_HLS_part": "0"], nil), (["_HLS_msn": ""], nil),
            (["_HLS_msn": "-1"], nil), (["_HLS_msn": "+1"], nil), (["_HLS_msn": "1.5"], nil), (["_HLS_msn": "٣"], nil),
            (["_HLS_msn": "0x1"], nil), (["_HLS_msn": String(repeating: "9", count: 19)], nil),
            (["_HLS_msn": String(repeating: "1", count: 10_000)], nil), (["_HLS_msn": "7", "_HLS_part": "one"], nil),
        ] as [([String: String], PlaylistDirectives?)])
    func directives(query: [String: String], expected: PlaylistDirectives?) {
        #expect(PlaylistDirectives(query: query) == expected)
    }

    @Test(
        "a request is answered when the playlist has come so far, and not before",
        arguments: [
            (100, nil, false), (99, nil, true), (0, nil, true), (101, nil, false), (100, 0, true), (100, 1, true),
            (100, 2, false), (99, 4, true), (98, 999, true), (99, 999, true), (101, 0, false),
        ] as [(Int, Int?, Bool)])
    func reached(sequence: Int, part: Int?, isThere: Bool) {
        #expect(Self.edge.hasReached(PlaylistPlace(sequence: sequence, part: part)) == isThere)
        var ended = Self.edge
        ended.isEnded = true
        #expect(ended.hasReached(PlaylistPlace(sequence: sequence, part: part)))
    }

    @Test("a part behind the last of a whole segment is the first of the next")
    func beyondSegment() {
        var edge = Self.edge
        edge.partCount = 0
        #expect(!edge.hasReached(PlaylistPlace(sequence: 99, part: 5)))
        #expect(edge.hasReached(PlaylistPlace(sequence: 99, part: 4)))
        edge.partCount = 1
        #expect(edge.hasReached(PlaylistPlace(sequence: 99, part: 5)))
    }

    @Test(
        "what lies too far ahead is refused at once",
        arguments: [
            (101, nil, false), (102, nil, true), (.max >> 1, nil, true), (100, 8, false), (100, 9, true),
            (101, 0, false),
            (101, 6, false), (101, 7, true), (99, 999, false), (100, .max >> 1, true),
        ] as [(Int, Int?, Bool)])
    func tooFar(sequence: Int, part: Int?, isRefused: Bool) {
        #expect(Self.edge.isBeyondReach(PlaylistPlace(sequence: sequence, part: part)) == isRefused)
    }

    private func playlist(_ edge: PlaylistEdge, text: String = "#EXTM3U\n", delta: String? = nil) -> PackagingEvent {
        .resourceReady(
            PackagedResource(
                name: "video.m3u8", kind: .mediaPlaylist, mediaType: "", pieces: [ByteBuffer(string: text)],
                deltaUpdate: delta.map { [ByteBuffer(string: $0)] }, edge: edge))
    }

    @Test("all who wait for the same are woken by one part, and others go on waiting")
    func wake() async throws {
        let broadcast = HLSBroadcast()
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        broadcast.apply([playlist(Self.edge)])
        let next = PlaylistPlace(sequence: 100, part: 2)
        let later = PlaylistPlace(sequence: 101, part: 0)
        try await withThrowingTaskGroup(of: (PlaylistPlace?, HLSBroadcast.Waiting).self) { group in
            for place in [next, next, next, later] {
                group.addTask {
                    (place, await broadcast.wait(for: .playlist(name: "video.m3u8", place), on: loop, limit: .hours(1)))
                }
            }
            group.addTask { (nil, await broadcast.wait(for: .part(name: "next.m4s"), on: loop, limit: .hours(1))) }
            while broadcast.waitingCount < 5 { await Task.yield() }
            var edge = Self.edge
            edge.partCount = 3
            edge.hint = "after.m4s"
            let part = PackagedResource(name: "next.m4s", kind: .part, mediaType: "", bytes: ByteBuffer(string: "x"))
            broadcast.apply([.resourceReady(part), playlist(edge)])
            for _ in 0..<4 {
                let (place, waiting) = try #require(try await group.next())
                #expect(place == next || place == nil)
                #expect(waiting == .over)
            }
            #expect(broadcast.waitingCount == 1)
            broadcast.end()
            #expect(try await group.next()?.1 == .over)
        }
        #expect(broadcast.waitingCount == 0)
    }

    @Test("who waits for a part that will not come is told when that is known")
    func brokenPromise() async throws {
        let broadcast = HLSBroadcast()
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        broadcast.apply([playlist(Self.edge)])
        #expect(broadcast.isAnnounced(part: "next.m4s") && !broadcast.isAnnounced(part: "other.m4s"))
        async let waiting = broadcast.wait(for: .part(name: "next.m4s"), on: loop, limit: .hours(1))
        while broadcast.waitingCount < 1 { await Task.yield() }
        var edge = Self.edge
        edge.hint = "another.m4s"
        broadcast.apply([playlist(edge)])
        #expect(await waiting == .over)
        #expect(broadcast.resource("next.m4s") == nil)
    }

    @Test("who has waited as long as the rules allow is told so, and takes no place any more")
    func timeout() async throws {
        let broadcast = HLSBroadcast()
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        broadcast.apply([playlist(Self.edge)])
        #expect(Self.edge.longestWait == 6)
        let waiting = await broadcast.wait(
            for: .playlist(name: "video.m3u8", PlaylistPlace(sequence: 100)), on: loop, limit: .milliseconds(1))
        #expect(waiting == .timedOut)
        #expect(broadcast.waitingCount == 0)
    }

    @Test("one more than may wait is refused, until another has gone")
    func crowd() async throws {
        let broadcast = HLSBroadcast(mostWaiting: 3)
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        broadcast.apply([playlist(Self.edge)])
        let awaited = HLSBroadcast.Awaited.playlist(name: "video.m3u8", PlaylistPlace(sequence: 100))
        try await withThrowingTaskGroup(of: HLSBroadcast.Waiting.self) { group in
            for _ in 0..<3 { group.addTask { await broadcast.wait(for: awaited, on: loop, limit: .hours(1)) } }
            while broadcast.waitingCount < 3 { await Task.yield() }
            #expect(await broadcast.wait(for: awaited, on: loop, limit: .hours(1)) == .refused)
            broadcast.end()
            for try await waiting in group { #expect(waiting == .over) }
        }
        #expect(broadcast.waitingCount == 0)
    }

    @Test("texts are of the newest state, whole, left out or compressed")
    func texts() throws {
        let broadcast = HLSBroadcast()
        broadcast.apply([playlist(Self.edge, text: "one")])
        #expect(broadcast.playlist("video.m3u8").map { String(buffer: $0.text) } == "one")
        #expect(broadcast.playlist("video.m3u8", isDelta: true).map { String(buffer: $0.text) } == "one")
        broadcast.apply([playlist(Self.edge, text: "two", delta: "2")])
        #expect(broadcast.playlist("video.m3u8").map { String(buffer: $0.text) } == "two")
        #expect(broadcast.playlist("video.m3u8") === broadcast.playlist("video.m3u8"))
        let delta = try #require(broadcast.playlist("video.m3u8", isDelta: true))
        #expect(String(buffer: delta.text) == "2")
        let (compressed, isCompressed) = delta.body(with: .init(), acceptsGzip: true)
        #expect(isCompressed && compressed == Gzip.compress(ByteBuffer(string: "2")))
        broadcast.apply([.resourceRemoved(name: "video.m3u8")])
        #expect(broadcast.playlist("video.m3u8") == nil)
    }

    @Test("a range is cut out of the pieces that it lies in")
    func ranges() {
        let pieces = ["abc", "", "defg", "h"].map { ByteBuffer(string: $0) }
        for first in 0..<8 {
            for end in first + 1...8 {
                let expected = String("abcdefgh".dropFirst(first).prefix(end - first))
                #expect(String(buffer: pieces.cut(to: first..<end).joined) == expected)
            }
        }
    }
}

extension PlaylistDirectives {
    fileprivate init(_ place: PlaylistPlace?, skips: Bool = false) {
        self.init(place: place, skips: skips)
    }
}
