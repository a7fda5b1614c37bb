import NIOCore
import NIOPosix
import SegmentPackaging
import Testing

@testable import HTTPDelivery

@Suite("Segments that are sent while they are made")
struct GrowingSegmentTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func read(_ segment: GrowingSegment, limit: TimeAmount = .hours(1)) async -> (String, isWhole: Bool) {
        var text = ""
        var count = 0
        while true {
            switch await segment.step(after: count, on: loop, limit: limit) {
            case .parts(let parts):
                count += parts.count
                for part in parts { text += String(buffer: part) }
            case .whole: return (text, true)
            case .givenUp: return (text, false)
            }
        }
    }

    @Test("whoever comes, early or late, reads the same to the end")
    func readers() async {
        let segment = GrowingSegment(mediaType: "video/mp4")
        await withTaskGroup(of: (String, isWhole: Bool).self) { group in
            for _ in 0..<50 { group.addTask { await read(segment) } }
            for part in ["a", "b", "c"] {
                segment.append(ByteBuffer(string: part))
                for _ in 0..<20 { group.addTask { await read(segment) } }
            }
            segment.finish()
            group.addTask { await read(segment) }
            for await (text, isWhole) in group { #expect(text == "abc" && isWhole) }
        }
    }

    @Test("what does not go on is given up, at once or when the time is over")
    func givingUp() async {
        let abandoned = GrowingSegment(mediaType: "video/mp4")
        async let reader = read(abandoned)
        abandoned.append(ByteBuffer(string: "a"))
        abandoned.abandon()
        #expect(await reader == ("a", false))
        let stalled = GrowingSegment(mediaType: "video/mp4")
        stalled.append(ByteBuffer(string: "a"))
        #expect(await read(stalled, limit: .milliseconds(20)) == ("a", false))
    }

    @Test("a segment can be found from when it is expected until it is whole")
    func names() async {
        let segments = GrowingSegments()
        func grow(_ part: String?) {
            segments.apply([
                .segmentExtended(
                    SegmentGrowth(name: "s", mediaType: "video/mp4", part: part.map { ByteBuffer(string: $0) }))
            ])
        }
        #expect(segments.segment("s") == nil)
        grow(nil)
        let found = segments.segment("s")
        #expect(found?.hasBegun == false)
        grow("a")
        grow("b")
        #expect(segments.segment("s") === found)
        segments.apply([
            .resourceReady(
                PackagedResource(name: "s", kind: .segment, mediaType: "video/mp4", bytes: ByteBuffer(string: "ab")))
        ])
        #expect(segments.segment("s") == nil)
        if let found { #expect(await read(found) == ("ab", true)) }

        grow("a")
        let second = segments.segment("s")
        segments.end()
        if let second { #expect(await read(second) == ("a", false)) }
        grow(nil)
        segments.apply([.segmentAbandoned(name: "s")])
        #expect(segments.segment("s") == nil)
    }

    @Test("places for such answers are free again however the answer ended")
    func places() {
        let answers = GrowingAnswers()
        do {
            let one = answers.enter()
            let other = answers.enter()
            #expect(one != nil && other != nil)
            #expect(answers.current == 2)
            withExtendedLifetime((one, other)) {}
        }
        #expect(answers.current == 0)
    }
}
