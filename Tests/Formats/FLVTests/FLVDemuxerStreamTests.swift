import AMF
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV demuxer: whole streams")
struct FLVDemuxerStreamTests {
    @Test("each change tells all tracks, video first, and keeps the other's object")
    func trackSets() {
        var demuxing = Demuxing()
        demuxing.audio(Bodies.aacHeader)
        demuxing.video(Bodies.avcHeader)
        demuxing.audio("af001190")
        #expect(demuxing.trackSets.map { $0.map(\.kind) } == [[.audio], [.video, .audio], [.video, .audio]])
        #expect(demuxing.trackSets[1][1] === demuxing.trackSets[0][0])
        #expect(demuxing.trackSets[2][0] === demuxing.trackSets[1][0])
        #expect(demuxing.trackSets[2][1] !== demuxing.trackSets[1][1])
    }

    @Test("onMetaData is metadata, everything else is data, each from its name on")
    func data() {
        var metadata = ByteBuffer()
        metadata.writeAMF0(["onMetaData", ["width": 64]])
        var cue = ByteBuffer()
        cue.writeAMF0(["onCuePoint", ["name": "a"]])
        var demuxing = Demuxing()
        demuxing.data(metadata, at: 5)
        demuxing.data(cue, at: 0xFFFF_FFFF)
        #expect(demuxing.metadata == [DataMessage(name: "onMetaData", timestampMilliseconds: 5, payload: metadata)])
        #expect(
            demuxing.data == [DataMessage(name: "onCuePoint", timestampMilliseconds: 0xFFFF_FFFF, payload: cue)])
    }

    @Test("@setDataFrame is taken off, with and without numbers before it; @clearDataFrame takes metadata back")
    func setDataFrame() {
        var metadata = ByteBuffer()
        metadata.writeAMF0(["onMetaData", ["width": 64]])
        for prefix in [["@setDataFrame"], [0, 1, "@setDataFrame"], [0, 1], []] as [[AMF0Value]] {
            var body = ByteBuffer()
            body.writeAMF0(prefix)
            body.writeImmutableBuffer(metadata)
            var demuxing = Demuxing()
            demuxing.data(body)
            #expect(demuxing.metadata.map(\.payload.hex) == [metadata.hex])
            #expect(demuxing.demuxer.skippedTagCount == 0)
        }
        var demuxing = Demuxing()
        var body = ByteBuffer()
        body.writeAMF0(["@clearDataFrame", "onMetaData"])
        demuxing.data(metadata)
        demuxing.data(body)
        guard case .metadata(nil) = demuxing.elements.last else {
            Issue.record("the metadata are still there")
            return
        }
        #expect(demuxing.elements.count == 2)
        body.clear()
        body.writeAMF0(["@clearDataFrame", "onCuePoint"])
        demuxing.data(body)
        #expect(demuxing.elements.count == 2)
    }

    @Test("data without a name is skipped")
    func unnamedData() {
        var demuxing = Demuxing()
        for hex in ["05", "0000", "03000009", "02000d407365744461746146 72616d6505"] {
            demuxing.data(ByteBuffer(hex: hex))
            #expect(demuxing.demuxer.lastFault == .unnamedData)
        }
        #expect(demuxing.elements.isEmpty)
        #expect(demuxing.demuxer.skippedTagCount == 4)
    }

    @Test("truncated, flipped and random bodies never trap, and what follows still gets through")
    func hostileInput() {
        var generator = SeededGenerator(seed: 23)
        var inputs: [(FLVTagType, ByteBuffer)] = []
        let videos = [Bodies.avcHeader, Bodies.idrFrame, "1701000000" + Bodies.parameterSets + Bodies.idrPayload]
        for hex in videos {
            let body = ByteBuffer(hex: hex)
            inputs += (body.truncations + (0..<body.readableBytes * 8).map { body.flipping(bit: $0) }).map {
                (.video, $0)
            }
        }
        for hex in [Bodies.aacHeader, Bodies.aacFrame, "af01fff1508001bffc211004608c1c", "2ffffb90c400"] {
            let body = ByteBuffer(hex: hex)
            inputs += (body.truncations + (0..<body.readableBytes * 8).map { body.flipping(bit: $0) }).map {
                (.audio, $0)
            }
        }
        for _ in 0..<5000 {
            let type = [FLVTagType.audio, .video, .scriptData].randomElement(using: &generator) ?? .audio
            inputs.append((type, generator.bytes(0...48)))
        }
        inputs.shuffle(using: &generator)
        var demuxer = FLVDemuxer()
        for (type, body) in inputs {
            var elements: [StreamElement] = []
            demuxer.demux(type: type, timestampMilliseconds: 0, body: body, into: &elements)
            for case .frame(let frame) in elements { #expect(frame.payload.readableBytes <= body.readableBytes + 64) }
            for case .tracks(let tracks) in elements { #expect(tracks.count <= 32) }
        }
        var elements: [StreamElement] = []
        demuxer.demux(
            type: .video, timestampMilliseconds: 0, body: ByteBuffer(hex: Bodies.avcHeader), into: &elements)
        demuxer.demux(type: .video, timestampMilliseconds: 0, body: ByteBuffer(hex: Bodies.idrFrame), into: &elements)
        guard case .frame(let frame) = elements.last else {
            Issue.record("the frame did not get through")
            return
        }
        #expect(frame.payload.hex == Bodies.idrPayload)
    }
}
