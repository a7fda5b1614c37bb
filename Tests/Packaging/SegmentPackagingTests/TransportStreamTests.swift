import M3U8
import MPEGTS
import MediaModel
import NIOCore
import SegmentPackaging
import Testing

@Suite("Segments of a transport stream")
struct TransportStreamTests {
    @Test("one stream goes on through all segments, and each can be begun with")
    func segments() throws {
        var view = PlayerView { $0.container = .transportStream }
        var source = SyntheticSource()
        source.compositionOffsets = [67, 167, 67, 0, 33]
        view.announce(source)
        view.play(&source, to: 20_000)
        view.finish()

        #expect(view.playlists.keys.sorted() == ["muxed.m3u8"])
        let segments = try #require(view.history["muxed.m3u8"])
        #expect(segments.count == 10)
        #expect(segments.allSatisfy { $0.initialization == nil && $0.uri.hasSuffix(".ts") })
        #expect(view.packager.multivariantPlaylist?.variants.first?.codecs == ["avc1.64001f", "mp4a.40.2"])

        var demuxer = TransportStreamDemuxer()
        var events: [TransportStreamDemuxer.Event] = []
        for segment in segments {
            let begin = events.count
            let bytes = try #require(view.everything[segment.uri]).bytes
            try demuxer.receive(bytes, into: &events)
            guard case .programAssociation = events[begin], case .programMap = events[begin + 1] else {
                Issue.record("a segment must begin with its tables")
                return
            }
        }
        try demuxer.finish(into: &events)
        #expect(!events.contains { if case .continuityBroken = $0 { true } else { false } })

        let pictures = events.packets.filter { $0.streamID == 0xE0 }
        #expect(
            pictures.map { $0.payload.mark(after: [0, 0, 1, 0x65]) ?? $0.payload.mark(after: [0, 0, 1, 0x41]) }
                == Array(1...600))
        for (index, picture) in pictures.enumerated() {
            #expect(picture.decodeTime == 900_000 + UInt64(index * 1000 / 30 * 90))
            let offset = UInt64(source.compositionOffsets[(index + 1) % 5] * 90)
            #expect(picture.presentationTime == (picture.decodeTime ?? 0) + offset)
            #expect(picture.isRandomAccess == (index % 60 == 0))
        }
        let sounds = events.packets.filter { $0.streamID == 0xC0 }.flatMap { $0.payload.frames(of: 14) }
        #expect(sounds.map { $0.mark(after: [0x21]) } == Array(1...source.soundNumber))
    }

    @Test("sound and pictures of one time are in one segment")
    func alignment() throws {
        var view = PlayerView { $0.container = .transportStream }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 20_000)
        for segment in try #require(view.history["muxed.m3u8"]) {
            var demuxer = TransportStreamDemuxer()
            var events: [TransportStreamDemuxer.Event] = []
            try demuxer.receive(try #require(view.everything[segment.uri]).bytes, into: &events)
            try demuxer.finish(into: &events)
            let first = events.packets.compactMap(\.decodeTime).min() ?? 0
            let last = events.packets.compactMap(\.decodeTime).max() ?? 0
            #expect(last - first < 2 * 90_000)
        }
    }

    @Test("only sound")
    func soundOnly() throws {
        var view = PlayerView { $0.container = .transportStream }
        var source = SyntheticSource()
        source.video = nil
        view.announce(source)
        view.play(&source, to: 9000)
        view.finish()
        #expect(view.history["muxed.m3u8"]?.count == 5)
        #expect(view.packager.multivariantPlaylist?.variants.first?.codecs == ["mp4a.40.2"])
    }
}

extension [TransportStreamDemuxer.Event] {
    fileprivate var packets: [PESPacket] {
        compactMap { if case .packet(let packet) = $0 { packet } else { nil } }
    }
}

extension ByteBuffer {
    /// The number of the synthetic frame whose mark stands behind `prefix`.
    fileprivate func mark(after prefix: [UInt8]) -> Int? {
        let bytes = Array(readableBytesView)
        let end = bytes.count - prefix.count - 6
        guard end >= 0, let index = (0...end).first(where: { bytes[$0...].starts(with: prefix) }) else { return nil }
        return bytes[(index + prefix.count)...].prefix(6).reduce(0) { $0 << 5 | Int($1 & 0x1F) }
    }

    fileprivate func frames(of length: Int) -> [ByteBuffer] {
        var rest = self
        var frames: [ByteBuffer] = []
        while let frame = rest.readSlice(length: length) { frames.append(frame) }
        return frames
    }
}
