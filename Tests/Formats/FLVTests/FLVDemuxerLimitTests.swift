import AMF
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV demuxer: what a publisher may make of it")
struct FLVDemuxerLimitTests {
    private func metadata(bytes: Int) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeAMF0(["onMetaData", ["comment": .string(String(repeating: "x", count: bytes))]])
        return body
    }

    @Test("configurations that alternate are told as often as what comes is worth")
    func alternatingConfigurations() {
        var demuxing = Demuxing()
        demuxing.data(metadata(bytes: 60_000))
        for _ in 0..<10_000 {
            demuxing.audio("af001190")
            demuxing.audio("af001210")
        }
        // 16 MiB at once, and what the metadata and 80,000 bytes earn.
        #expect((250...350).contains(demuxing.trackSets.count))
        #expect(demuxing.demuxer.lastFault == .tooManyChanges)
        // Every other one is what was told last.
        #expect((9_500..<10_000).contains(demuxing.demuxer.skippedTagCount))

        // Frames of the configuration that was told last still come through, and earn the next change.
        demuxing.audio("af01" + String(repeating: "00", count: 8_000))
        #expect(demuxing.frames.last?.track === demuxing.trackSets.last?[0])
        let told = demuxing.trackSets.count
        demuxing.audio("af001190")
        demuxing.audio("af001210")
        #expect(demuxing.trackSets.count > told)
    }

    @Test("metadata that come again and again are told as often as what comes is worth")
    func repeatedMetadata() {
        var demuxing = Demuxing()
        var clearing = ByteBuffer()
        clearing.writeAMF0(["@clearDataFrame", "onMetaData"])
        let short = metadata(bytes: 1)
        for _ in 0..<50_000 {
            demuxing.data(short)
            demuxing.data(clearing)
        }
        #expect(demuxing.demuxer.lastFault == .tooManyChanges)
        #expect((20_000...90_000).contains(demuxing.elements.count))
    }

    @Test("metadata longer than the limit pass by once, and describe nothing")
    func longMetadata() {
        var demuxing = Demuxing()
        demuxing.data(metadata(bytes: FLVDemuxer.Limits().metadataBytes))
        #expect(demuxing.metadata.isEmpty)
        #expect(demuxing.data.map(\.name) == ["onMetaData"])
        #expect(demuxing.demuxer.skippedTagCount == 0)
        demuxing.data(metadata(bytes: 60_000))
        #expect(demuxing.metadata.count == 1)
    }

    @Test("a configuration record longer than the limit is dropped")
    func longRecord() {
        var demuxing = Demuxing()
        let limit = FLVDemuxer.Limits().recordBytes
        demuxing.video(Bodies.avcHeader + String(repeating: "00", count: limit))
        demuxing.audio("af001190" + String(repeating: "00", count: limit))
        #expect(demuxing.elements.isEmpty)
        #expect(demuxing.demuxer.lastFault == .recordTooLong(limit + 2))
        #expect(demuxing.demuxer.skippedTagCount == 2)
    }

    @Test("of the frames of AAC in one message no more than the limit are taken")
    func manyFrames() {
        var demuxing = Demuxing()
        demuxing.audio("af01" + String(repeating: "fff15040011ffc" + "21", count: 1_000))
        #expect(demuxing.frames.count == FLVDemuxer.Limits().soundFrames)
        #expect(demuxing.demuxer.lastFault == .tooManyFrames(.aac))
    }

    @Test("a track's name ends with the last whole character that has its place")
    func longName() throws {
        var demuxing = Demuxing()
        var body = ByteBuffer()
        let title = "ä" + String(repeating: "e\u{301}", count: 400)
        body.writeAMF0(["onMetaData", ["audioTrackIdInfoMap": ["0": ["name": .string(title)]]]])
        demuxing.data(body)
        demuxing.audio(Bodies.aacHeader)
        let name = try #require(demuxing.trackSets.last?.first?.name)
        #expect(name.utf8.count == 254)
        #expect(title.hasPrefix(name))

        body.clear()
        let tall = "e" + String(repeating: "\u{301}", count: 1_000)
        body.writeAMF0(["onMetaData", ["audioTrackIdInfoMap": ["0": ["name": .string(tall)]]]])
        var other = Demuxing()
        other.data(body)
        other.audio(Bodies.aacHeader)
        #expect(other.trackSets.last?.first?.name == nil)
    }
}
