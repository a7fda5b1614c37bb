import FLV
import ISOBMFF
import MediaModel
import NIOCore
import SegmentPackaging
import Testing

@testable import swiftwater_bench

@Suite("What a segment holds")
struct SegmentContentsTests {
    /// The main rendition's segments of a stream of stamped frames, and what goes before them.
    private func package(_ container: SegmentPackager.Container, seconds: UInt64) throws -> (
        segments: [ByteBuffer], initialization: InitializationSegment?
    ) {
        var configuration = SegmentPackager.Configuration()
        configuration.container = container
        configuration.layout = .muxed
        configuration.targetDuration = .seconds(2)
        var packager = SegmentPackager(configuration: configuration)
        var demuxer = FLVDemuxer()
        var elements: [StreamElement] = []
        func demux(_ type: FLVTagType, _ milliseconds: UInt32, _ body: ByteBuffer) {
            demuxer.demux(type: type, timestampMilliseconds: milliseconds, body: body, into: &elements)
        }
        demux(.video, 0, StampedBody.videoConfiguration)
        demux(.audio, 0, StampedBody.audioConfiguration)
        var encoder = PacedEncoder(rhythm: EncoderRhythm(), publisher: 0, start: 0)
        while let frame = encoder.next(at: seconds * 1_000_000_000 - 1) {
            demux(frame.isVideo ? .video : .audio, frame.timestampMilliseconds, frame.body(sentAt: frame.due))
        }
        var events: [PackagingEvent] = []
        for element in elements { packager.append(element, wallclock: 0, into: &events) }
        packager.finish(into: &events)
        var segments: [ByteBuffer] = []
        var initialization: InitializationSegment?
        for case .resourceReady(let resource) in events {
            switch resource.kind {
            case .initializationSection: initialization = try InitializationSegment(reading: resource.bytes)
            case .segment: segments.append(resource.bytes)
            default: continue
            }
        }
        return (segments, initialization)
    }

    @Test("every stamped frame is found, and the segments continue each other", arguments: [false, true])
    func whole(isTransportStream: Bool) throws {
        let (segments, initialization) = try package(isTransportStream ? .transportStream : .fragmentedMP4, seconds: 8)
        #expect(segments.count == 4)
        let contents = segments.map { SegmentContents($0, initialization: initialization) }
        #expect(contents.map(\.damaged) == [0, 0, 0, 0])
        let pictures = contents.flatMap(\.frames).filter { $0.kind != .audio }
        #expect(pictures.map(\.stamp.sequence) == Array(0..<240))
        #expect(pictures.filter { $0.kind == .key }.map(\.stamp.sequence) == [0, 60, 120, 180])
        let sounds = contents.flatMap(\.frames).filter { $0.kind == .audio }
        #expect(sounds.map(\.stamp.sequence) == Array(0..<375))
        for (earlier, later) in zip(contents, contents.dropFirst()) { #expect(later.continues(earlier)) }
        #expect(!contents[3].continues(contents[0]))
        #expect(!contents[0].continues(contents[1]))
    }

    @Test("a changed byte of any frame is damage", arguments: [false, true])
    func damaged(isTransportStream: Bool) throws {
        let (segments, initialization) = try package(isTransportStream ? .transportStream : .fragmentedMP4, seconds: 4)
        var segment = try #require(segments.first)
        let place = segment.readableBytes / 2
        let byte = try #require(segment.getInteger(at: place, as: UInt8.self))
        segment.setInteger(byte ^ 0x10, at: place)
        #expect(SegmentContents(segment, initialization: initialization).damaged > 0)
    }

    @Test("what is no segment is damage")
    func foreign() {
        #expect(SegmentContents(ByteBuffer(string: "<html>"), initialization: nil).damaged > 0)
        #expect(SegmentContents(ByteBuffer(), initialization: nil).damaged > 0)
    }

    @Test("the clock of MPEG-TS may begin again")
    func wrapping() {
        let modulus: Int64 = 1 << 33
        let before = SegmentContents.TrackTimes(
            first: modulus - 100_000, following: modulus - 1_000, tolerance: 6_000, modulus: modulus)
        let after = SegmentContents.TrackTimes(first: 2_000, following: 0, tolerance: 0, modulus: modulus)
        #expect(before.isFollowed(by: after))
        #expect(!after.isFollowed(by: before))
    }

    @Test("an address is resolved against that of the playlist")
    func addresses() throws {
        let base = try HTTPAddress("http://h:1/live/show.m3u8?ts=1")
        #expect(base.resolving("hls/a.m4s")?.target == "/live/hls/a.m4s")
        #expect(base.resolving("/x.m4s?y")?.target == "/x.m4s?y")
        #expect(base.resolving("http://h:1/z")?.target == "/z")
        #expect(base.resolving("http://other/z") == nil)
        #expect(base.adding("_HLS_msn=1").target == "/live/show.m3u8?ts=1&_HLS_msn=1")
    }
}
