import CodecParsing
import MPEGTS
import MediaModel
import NIOCore
import SegmentPackaging
import TestSupport
import Testing

@Suite("Transport streams without end")
struct EndlessTransportStreamTests {
    private func feed(_ tracks: [Track?], _ choice: TrackChoice = TrackChoice()) -> TrackFeed {
        TrackFeed(from: tracks.compactMap(\.self), choice: choice, container: .transportStream)
    }

    private func demux(_ bytes: ByteBuffer) throws -> [TransportStreamDemuxer.Event] {
        var demuxer = TransportStreamDemuxer()
        var events: [TransportStreamDemuxer.Event] = []
        try demuxer.receive(bytes, into: &events)
        try demuxer.finish(into: &events)
        return events
    }

    /// A stream of so many groups of two seconds, the tables due before each; the bytes of each group.
    private func groups(_ count: Int64, _ source: inout SyntheticSource) -> [ByteBuffer] {
        var muxer = EndlessTransportStreamMuxer(feed: feed([source.video, source.audio]))
        return (0..<count).map { group in
            var bytes = ByteBuffer()
            muxer.beginGroup()
            for frame in source.frames(from: group * 2_000, to: (group + 1) * 2_000) {
                let before = bytes.writerIndex
                muxer.write(frame, into: &bytes)
                #expect(bytes.writerIndex > before && (bytes.writerIndex - before).isMultiple(of: 188))
            }
            return bytes
        }
    }

    @Test("whoever starts at a group finds tables, a clock and counters that go on")
    func starts() throws {
        var source = SyntheticSource()
        source.compositionOffsets = [0, 66, 33]
        let groups = groups(4, &source)
        for start in groups.indices {
            var bytes = ByteBuffer()
            for group in groups[start...] { bytes.writeImmutableBuffer(group) }
            let events = try demux(bytes)
            guard case .programMap(let map) = events.dropFirst().first else {
                Issue.record("no program map at the beginning")
                return
            }
            #expect(map.version == 0 && map.streams.map(\.type) == [.avc, .adts])
            var clocks: [UInt64] = []
            var first: PESPacket?
            for event in events {
                switch event {
                case .clock(_, let ticks, let isDiscontinuity):
                    #expect(!isDiscontinuity)
                    clocks.append(ticks / 300)
                case .continuityBroken: Issue.record("a counter is broken")
                case .packet(let packet): first = first ?? packet
                default: break
                }
            }
            #expect(first?.isRandomAccess == true && first?.decodeTime == UInt64(90_000 + start * 180_000))
            #expect(clocks.first == UInt64(63_000 + start * 180_000))
            #expect(zip(clocks, clocks.dropFirst()).allSatisfy { $1 > $0 && $1 - $0 <= 9_000 })
        }
    }

    @Test("sound waits for nobody: each frame has its packet and its time")
    func sound() throws {
        var source = SyntheticSource()
        source.video = nil
        let bytes = groups(1, &source)[0]
        let packets = try demux(bytes).compactMap { event in
            if case .packet(let packet) = event { packet } else { nil }
        }
        #expect(packets.count == source.soundNumber)
        let expected = (0..<UInt64(packets.count)).map { number -> UInt64? in
            let samples = number * 1024
            return 90_000 + (samples * 90_000 + 22_050) / 44_100
        }
        #expect(packets.map(\.presentationTime) == expected)
    }

    @Test("other tracks are a new version of the map; who stays keeps its place, and every place its count")
    func change() throws {
        var source = SyntheticSource()
        var muxer = EndlessTransportStreamMuxer(feed: feed([source.video, source.audio]))
        var bytes = ByteBuffer()
        func write(_ range: Range<Int64>, _ kinds: Set<MediaKind>) {
            muxer.beginGroup()
            for frame in source.frames(from: range.lowerBound, to: range.upperBound)
            where kinds.contains(frame.track.kind) {
                muxer.write(frame, into: &bytes)
            }
        }
        write(0..<2_000, [.video, .audio])
        muxer.change(to: feed([source.audio]))
        write(2_000..<4_000, [.audio])
        muxer.change(to: feed([source.video, source.audio]))
        write(4_000..<6_000, [.video, .audio])
        var maps: [ProgramMap] = []
        for event in try demux(bytes) {
            switch event {
            case .programMap(let map): if map != maps.last { maps.append(map) }
            case .continuityBroken: Issue.record("a counter is broken")
            default: break
            }
        }
        #expect(maps.map(\.version) == [0, 1, 2])
        let places: [[UInt16]] = maps.map { map in map.streams.map(\.identifier.rawValue) }
        #expect(places == [[0x100, 0x101], [0x101], [0x100, 0x101]])
        #expect(maps.map(\.clock.rawValue) == [0x100, 0x101, 0x100])
    }

    @Test("what a transport stream has no place for is left out, and told apart")
    func omissions() throws {
        let flac = try FurtherCodingTests.track(.flac)
        let feed = feed([SyntheticSource.pictures(), flac])
        #expect(feed.tracks.map(\.codec) == [.h264])
        #expect(feed.omitted == [OmittedTrack(id: flac.id, codec: .flac, reason: .codecNotInTransportStream)])
        var muxer = EndlessTransportStreamMuxer(feed: self.feed([flac]))
        var bytes = ByteBuffer()
        muxer.write(
            MediaFrame(track: flac, decodeTime: 0, isSync: true, payload: ByteBuffer(string: "x")), into: &bytes)
        #expect(bytes.readableBytes == 0)
    }
}
