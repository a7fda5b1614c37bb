import MediaModel
import SegmentPackaging
import Testing

@Suite("How much of the past is kept")
struct LongWindowTests {
    /// A packager that has taken `seconds` of pictures, two a second, in segments of two seconds.
    private func packager(
        after seconds: Int64, _ configure: (inout SegmentPackager.Configuration) -> Void
    ) -> SegmentPackager {
        var configuration = SegmentPackager.Configuration()
        configure(&configuration)
        var packager = SegmentPackager(configuration: configuration)
        var source = SyntheticSource()
        (source.audio, source.frameRate, source.groupLength) = (nil, 2, 4)
        var events: [PackagingEvent] = []
        packager.append(.tracks([source.video].compactMap(\.self)), wallclock: 0, into: &events)
        for frame in source.frames(from: 0, to: seconds * 1000) {
            packager.append(.frame(frame), wallclock: frame.decodeTime, into: &events)
        }
        return packager
    }

    /// The bytes of a segment, and of the initialization section that all of them need.
    private func lengths() throws -> (segment: Int, initialization: Int) {
        let resources = packager(after: 60) { $0.window = .seconds(21_600) }.resources.values
        return (
            try #require(resources.first { $0.kind == .segment }).length,
            try #require(resources.first { $0.kind == .initializationSection }).length
        )
    }

    private func listed(_ packager: SegmentPackager) -> [SegmentTimes] {
        packager.times(in: "video.m3u8").compactMap(\.self)
    }

    @Test("a window of twenty minutes is listed whole")
    func twentyMinutes() {
        let packager = packager(after: 1300) { $0.window = .seconds(1200) }
        #expect(listed(packager).count == 600)
    }

    @Test("however long the window, a list has an end")
    func bounded() {
        let packager = packager(after: 200) {
            $0.window = .seconds(21_600)
            $0.mostSegments = 50
        }
        #expect(listed(packager).count == 50)
    }

    @Test("where memory is full the oldest goes early, and what fits stays listed")
    func boundedByMemory() throws {
        let (length, beginning) = try lengths()
        for seconds in stride(from: Int64(40), through: 80, by: 2) {
            let packager = packager(after: seconds) {
                $0.window = .seconds(21_600)
                $0.mostBytes = beginning + length * 10 + length / 2
            }
            let kept = packager.resources.values.filter { $0.kind == .segment }
            #expect(kept.reduce(0) { $0 + $1.length } <= length * 10 + length / 2)
            #expect(listed(packager).count == 10, "after \(seconds) s")
        }
    }

    @Test("what has left the list goes before what is listed")
    func listedBeforeKept() throws {
        let (length, beginning) = try lengths()
        // The list alone would fit one and a half times.
        let packager = packager(after: 80) {
            $0.window = .seconds(20)
            $0.mostBytes = beginning + length * 15
        }
        #expect(listed(packager).count == 10)
        #expect(packager.resources.values.filter { $0.kind == .segment }.count == 15)
    }
}
