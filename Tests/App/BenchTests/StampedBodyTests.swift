import FLV
import MediaModel
import NIOCore
import Testing

@testable import swiftwater_bench

@Suite("Stamped frames")
struct StampedBodyTests {
    private let stamp = FrameStamp(publisher: 300, sequence: 1_234_567, sentAt: .max - 5, bodyBytes: 9_000)

    @Test("what was written is read again", arguments: [StampedBody.Kind.key, .inter, .audio])
    func roundTrip(kind: StampedBody.Kind) {
        let body = StampedBody.make(kind, stamp)
        #expect(body.readableBytes == stamp.bodyBytes)
        guard case .frame(let readKind, let readStamp) = StampedBody.read(body, isVideo: kind != .audio) else {
            Issue.record("no frame")
            return
        }
        #expect(readKind == kind)
        #expect(readStamp == stamp)
    }

    @Test("a byte that was changed anywhere behind the headers is noticed")
    func damage() {
        let small = FrameStamp(publisher: 0, sequence: 7, sentAt: 1, bodyBytes: 200)
        let body = StampedBody.make(.inter, small)
        for index in 11..<body.readableBytes {
            var changed = body
            changed.setInteger((body.getInteger(at: index, as: UInt8.self) ?? 0) ^ 0x01, at: index)
            guard case .damaged = StampedBody.read(changed, isVideo: true) else {
                Issue.record("byte \(index) changed unnoticed")
                continue
            }
        }
    }

    @Test("a body that was cut is noticed, however short it is")
    func cut() {
        let body = StampedBody.make(.key, FrameStamp(publisher: 0, sequence: 7, sentAt: 1, bodyBytes: 200))
        for length in 2..<body.readableBytes {
            guard let head = body.getSlice(at: 0, length: length) else { continue }
            guard case .damaged = StampedBody.read(head, isVideo: true) else {
                Issue.record("a cut at \(length) went unnoticed")
                continue
            }
        }
    }

    @Test("nothing in a frame looks like a start code")
    func startCodes() {
        let body = StampedBody.make(.key, FrameStamp(publisher: 0, sequence: 0, sentAt: 0, bodyBytes: 300_000))
        #expect(body.readableBytesView.dropFirst(9).contains(0) == false)
    }

    @Test("decoder configurations are no frames")
    func configurations() {
        for (body, isVideo) in [(StampedBody.videoConfiguration, true), (StampedBody.audioConfiguration, false)] {
            guard case .beside = StampedBody.read(body, isVideo: isVideo) else {
                Issue.record("taken for a frame")
                continue
            }
        }
    }
}

@Suite("Side tracks")
struct SideTrackTests {
    @Test("a demuxer finds each of them, and the main track beside them")
    func demuxing() {
        var demuxer = FLVDemuxer()
        var elements: [StreamElement] = []
        func take(_ body: ByteBuffer) {
            demuxer.demux(type: .audio, timestampMilliseconds: 0, body: body, into: &elements)
        }
        take(StampedBody.audioConfiguration)
        for track: UInt8 in 1...3 { take(StampedBody.sideConfiguration(of: track)) }
        elements = []
        take(StampedBody.make(.audio, FrameStamp(publisher: 0, sequence: 0, sentAt: 0, bodyBytes: 100)))
        for track: UInt8 in 1...3 { take(StampedBody.side(of: track, sequence: 1)) }
        let numbers = elements.map { element -> Int? in
            if case .frame(let frame) = element { Int(frame.track.id.number) } else { nil }
        }
        #expect(numbers == [0, 1, 2, 3])
        #expect(demuxer.skippedTagCount == 0)
    }
}
