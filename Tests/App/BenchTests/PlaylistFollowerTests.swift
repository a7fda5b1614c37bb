import M3U8
import Testing

@testable import swiftwater_bench

/// A scripted origin: playlists as text, and the clock in the test's hand.
@Suite("A player of HLS")
struct PlaylistFollowerTests {
    private let second: UInt64 = 1_000_000_000

    private func snapshot(_ text: String) throws -> PlaylistSnapshot {
        try PlaylistSnapshot("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n" + text)
    }

    private func whole(_ segments: ClosedRange<Int>) throws -> PlaylistSnapshot {
        try snapshot(
            "#EXT-X-MEDIA-SEQUENCE:\(segments.lowerBound)\n#EXT-X-MAP:URI=\"init.mp4\"\n"
                + segments.map { "#EXTINF:2,\n\($0).m4s\n" }.joined())
    }

    /// Segments of two parts of a second each, then `parts` of the next one.
    private func inParts(_ segments: ClosedRange<Int>, parts: Int, control: String = "CAN-BLOCK-RELOAD=YES,") throws
        -> PlaylistSnapshot
    {
        var text = "#EXT-X-SERVER-CONTROL:\(control)PART-HOLD-BACK=3.0\n#EXT-X-PART-INF:PART-TARGET=1.0\n"
        text += "#EXT-X-MEDIA-SEQUENCE:\(segments.lowerBound)\n#EXT-X-MAP:URI=\"init.mp4\"\n"
        func part(_ segment: Int, _ number: Int) -> String {
            "#EXT-X-PART:DURATION=1.0,URI=\"\(segment).\(number).m4s\"\(number == 0 ? ",INDEPENDENT=YES" : "")\n"
        }
        for segment in segments {
            if segment >= segments.upperBound - 1 { text += part(segment, 0) + part(segment, 1) }
            text += "#EXTINF:2,\n\(segment).m4s\n"
        }
        for number in 0..<parts { text += part(segments.upperBound + 1, number) }
        let next = parts < 2 ? "\(segments.upperBound + 1).\(parts)" : "\(segments.upperBound + 2).0"
        return try snapshot(text + "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"\(next).m4s\"\n")
    }

    /// Fetches everything that is to be had at `now`, and tells what it was and what comes after it.
    private func fetchAll(_ follower: inout PlaylistFollower, at now: UInt64) -> ([String], PlaylistFollower.Step) {
        var fetched: [String] = []
        while true {
            let step = follower.next(at: now)
            guard case .fetch(let piece) = step else { return (fetched, step) }
            fetched.append(piece.uri)
            follower.received(piece, now: now)
        }
    }

    @Test("starts three target durations before the end, and reads the initialization section once")
    func start() throws {
        var follower = PlaylistFollower()
        #expect(follower.next(at: 0) == .reload(waitingFor: nil))
        follower.receive(try whole(10...19))
        let (fetched, next) = fetchAll(&follower, at: second)
        #expect(fetched == ["init.mp4", "17.m4s", "18.m4s", "19.m4s"])
        #expect(next == .wait(until: 2 * second))
    }

    @Test("reloads after a target duration, and after half of one where nothing was new")
    func reloads() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try whole(10...19))
        _ = fetchAll(&follower, at: 0)
        #expect(follower.next(at: 2 * second) == .reload(waitingFor: nil))
        follower.receive(try whole(10...19))
        #expect(follower.next(at: 2 * second) == .wait(until: 3 * second))
        #expect(follower.next(at: 3 * second) == .reload(waitingFor: nil))
        follower.receive(try whole(11...20))
        let (fetched, next) = fetchAll(&follower, at: 3 * second)
        #expect(fetched == ["20.m4s"])
        #expect(next == .wait(until: 5 * second))
        #expect(follower.tally.brokenPromises == 0)
    }

    @Test("counts segments that left the playlist before they were fetched, and those that could not be had")
    func missed() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try whole(10...12))
        _ = fetchAll(&follower, at: 0)
        _ = follower.next(at: 2 * second)
        follower.receive(try whole(13...15))
        #expect(follower.tally.missed == 0)
        _ = fetchAll(&follower, at: 2 * second)
        _ = follower.next(at: 4 * second)
        follower.receive(try whole(18...20))
        #expect(follower.tally.missed == 2)
        guard case .fetch(let piece) = follower.next(at: 4 * second) else {
            Issue.record("there is something to fetch")
            return
        }
        follower.failed(piece)
        #expect(follower.tally.missed == 3)
    }

    @Test("a stall lasts from the end of what was fetched to the next segment")
    func stall() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try whole(10...12))
        _ = fetchAll(&follower, at: 0)
        follower.receive(try whole(11...13))
        _ = fetchAll(&follower, at: 5 * second)
        #expect(follower.tally.stalls == 0)
        follower.receive(try whole(12...14))
        _ = fetchAll(&follower, at: 9 * second)
        #expect(follower.tally.stalls == 1)
        #expect(follower.tally.stalledNanoseconds == second)
    }

    @Test("a playlist whose numbers go back, or that renames what it listed, breaks its promise")
    func promises() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try whole(10...14))
        follower.receive(try whole(9...13))
        #expect(follower.tally.brokenPromises > 0)
    }

    @Test("parts are fetched one by one, and each request waits for the next")
    func parts() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try inParts(10...19, parts: 1))
        var (fetched, next) = fetchAll(&follower, at: 0)
        // Three seconds before the end of 20.0 is in the middle of 18's parts, of which the first can be started with.
        #expect(fetched == ["init.mp4", "19.0.m4s", "19.1.m4s", "20.0.m4s"])
        #expect(next == .reload(waitingFor: .init(segment: 20, part: 1)))
        follower.receive(try inParts(11...20, parts: 0))
        (fetched, next) = fetchAll(&follower, at: second)
        #expect(fetched == ["20.1.m4s"])
        #expect(next == .reload(waitingFor: .init(segment: 21, part: 0)))
        follower.receive(try inParts(11...20, parts: 1))
        (fetched, next) = fetchAll(&follower, at: 2 * second)
        #expect(fetched == ["21.0.m4s"])
        #expect(next == .reload(waitingFor: .init(segment: 21, part: 1)))
        #expect(follower.tally.missed == 0)
        #expect(follower.tally.stalls == 0)
    }

    @Test("a hinted part is asked for before it is listed, and not again")
    func hints() throws {
        var follower = PlaylistFollower(takesHints: true)
        _ = follower.next(at: 0)
        follower.receive(try inParts(10...19, parts: 0))
        var (fetched, next) = fetchAll(&follower, at: 0)
        #expect(fetched == ["init.mp4", "18.0.m4s", "18.1.m4s", "19.0.m4s", "19.1.m4s", "20.0.m4s"])
        #expect(next == .reload(waitingFor: .init(segment: 20, part: 0)))
        follower.receive(try inParts(10...19, parts: 1))
        (fetched, next) = fetchAll(&follower, at: second)
        #expect(fetched == ["20.1.m4s"])
        #expect(next == .reload(waitingFor: .init(segment: 20, part: 1)))
        follower.receive(try inParts(11...20, parts: 0))
        (fetched, next) = fetchAll(&follower, at: 2 * second)
        #expect(fetched == ["21.0.m4s"])
        // What was fetched before its length was known counts once the length is told.
        follower.receive(try inParts(11...20, parts: 1))
        _ = fetchAll(&follower, at: 3 * second)
        #expect(follower.tally.stalls == 0)
    }

    @Test("a hinted part that turns out to begin the next segment is not fetched again")
    func hintBeyondSegment() throws {
        var follower = PlaylistFollower(takesHints: true)
        _ = follower.next(at: 0)
        follower.receive(try inParts(10...19, parts: 1))
        _ = fetchAll(&follower, at: 0)
        // 20 has all its parts and is not whole; the hint is for the first of 21.
        follower.receive(try inParts(10...19, parts: 2))
        var (fetched, next) = fetchAll(&follower, at: second)
        #expect(fetched == ["21.0.m4s"])
        #expect(next == .reload(waitingFor: .init(segment: 20, part: 2)))
        follower.receive(try inParts(11...20, parts: 1))
        (fetched, next) = fetchAll(&follower, at: 2 * second)
        #expect(fetched == ["21.1.m4s"])
        #expect(next == .reload(waitingFor: .init(segment: 21, part: 1)))
        follower.receive(try inParts(11...20, parts: 2))
        _ = fetchAll(&follower, at: 4 * second)
        #expect(follower.tally.missed == 0)
        #expect(follower.tally.stalls == 0)
    }

    @Test("a hint that leads nowhere is not followed again")
    func refusedHint() throws {
        var follower = PlaylistFollower(takesHints: true)
        _ = follower.next(at: 0)
        follower.receive(try inParts(10...19, parts: 0))
        while case .fetch(let piece) = follower.next(at: 0) {
            if piece.kind == .hintedPart { follower.failed(piece) } else { follower.received(piece, now: 0) }
        }
        follower.receive(try inParts(10...19, parts: 0))
        #expect(follower.tally.missed == 0)
        if case .fetch(let piece) = follower.next(at: 0) { Issue.record("\(piece.uri) is asked for again") }
        follower.receive(try inParts(10...19, parts: 1))
        #expect(fetchAll(&follower, at: second).0 == ["20.0.m4s", "20.1.m4s"])
    }

    @Test("a server that offers parts but no waiting is asked at intervals")
    func partsWithoutWaiting() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try inParts(10...19, parts: 1, control: ""))
        #expect(fetchAll(&follower, at: second).1 == .wait(until: 2 * second))
    }

    @Test("a server that answers at once though it was to wait is not asked without end")
    func falsePromise() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try inParts(10...19, parts: 1))
        #expect(fetchAll(&follower, at: 0).1 == .reload(waitingFor: .init(segment: 20, part: 1)))
        follower.receive(try inParts(10...19, parts: 1))
        #expect(follower.next(at: 0) == .wait(until: second))
        #expect(follower.tally.brokenPromises == 1)
    }

    @Test("an ended playlist is fetched to its end")
    func end() throws {
        var follower = PlaylistFollower()
        _ = follower.next(at: 0)
        follower.receive(try snapshot("#EXT-X-MEDIA-SEQUENCE:3\n#EXTINF:2,\n3.ts\n#EXT-X-ENDLIST\n"))
        let (fetched, next) = fetchAll(&follower, at: 0)
        #expect(fetched == ["3.ts"])
        #expect(next == .end)
    }
}
