import FLV
import MediaModel
import NIOCore
import Testing

@testable import RecordingPlan

@Suite("Recordings in FLV")
struct FLVRecordingTests {
    /// The elements that a demuxer finds in a file.
    private func read(_ file: Written.File) throws -> [StreamElement] {
        var reader = FLVFileReader()
        reader.append(file.bytes)
        var demuxer = FLVDemuxer()
        var elements: [StreamElement] = []
        while let tag = try reader.nextTag() {
            demuxer.demux(
                type: tag.type, timestampMilliseconds: tag.timestampMilliseconds, body: tag.body, into: &elements)
        }
        #expect(reader.skippedTagCount == 0 && demuxer.skippedTagCount == 0)
        return elements
    }

    private func plan() throws -> FilePlan {
        FilePlan(path: try StreamPath("live/show"), format: .flv)
    }

    @Test("every frame is there, in order, from time 0 on; a change of the coding goes into the same file")
    func everything() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        var elements = [source.tracks] + source.elements(from: 7_000, to: 10_000)
        source.video = Source.pictures(record: Source.otherRecord)
        elements += [source.tracks] + source.elements(from: 10_000, to: 12_000)
        written.append(elements, to: &plan)
        written.finish(&plan)
        #expect(written.files.count == 1 && written.files[0].ending == .streamEnded)
        #expect(written.files[0].beginning.name.relativePath() == "live/show/2026-11-30T08-00-00Z.flv")
        let found = try read(written.files[0])
        for id in [Track.ID(.video), Track.ID(.audio)] { #expect(found.payloads(id) == elements.payloads(id)) }
        let frames = found.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
        #expect(frames.first?.decodeTime == 0 && frames.last.map { $0.decodeTime / 100 } == 49)
        let records = frames.filter { $0.track.kind == .video }.map(\.track.configuration.record)
        #expect(Set(records).count == 2 && records.last == source.video?.configuration.record)
    }

    @Test("several tracks of a kind are recorded")
    func multitrack() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let tracks = [Source.pictures(), Source.pictures(1), Source.sound(), Source.sound(1)]
        var elements: [StreamElement] = [.tracks(tracks)]
        for index in Int64(0)..<50 {
            elements += tracks.map { source.frame($0, at: index * 40, isSync: index % 25 == 0 || $0.kind == .audio) }
        }
        written.append(elements, to: &plan)
        written.finish(&plan)
        let found = try read(written.files[0])
        for track in tracks { #expect(found.payloads(track.id) == elements.payloads(track.id)) }
    }

    @Test("metadata and data messages go along, with times of the file")
    func messages() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let text = DataMessage(name: "onTextData", timestampMilliseconds: 7_100, payload: Self.text)
        let elements = [source.tracks] + source.elements(from: 7_000, to: 7_100) + [.data(text)]
        written.append(elements + source.elements(from: 7_120, to: 8_000), to: &plan)
        written.finish(&plan)
        let found = try read(written.files[0]).compactMap { if case .data(let message) = $0 { message } else { nil } }
        #expect(found.map(\.name) == ["onTextData"] && (99...100).contains(found[0].timestampMilliseconds))
    }

    @Test("messages that come without frames are written at the bound, and nothing of them is lost")
    func messagesAlone() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let video = try #require(source.video)
        written.append([source.tracks, source.frame(video, at: 0)], to: &plan)
        let long = ByteBuffer(repeating: 0, count: 1 << 20)
        for index in Int64(0)..<40 {
            let data = DataMessage(name: "onBulk", timestampMilliseconds: index, payload: long)
            written.append([.data(data)], to: &plan)
        }
        #expect(written.files.first?.blocks.count == 2)
        for index in Int64(0)..<40 {
            let metadata = DataMessage(name: "onMetaData", timestampMilliseconds: index, payload: long)
            written.append([.metadata(metadata)], to: &plan)
        }
        #expect(written.files.first?.blocks.count == 4)
        for index in 0..<3 * Int64(BlockRhythm.mostElements) {
            let short = DataMessage(name: "onText", timestampMilliseconds: 40 + index / 1_000, payload: Self.text)
            written.append([.data(short)], to: &plan)
        }
        #expect(written.files.first?.blocks.count == 7)
        written.finish(&plan)
        let file = try #require(written.files.first)
        #expect(written.files.count == 1 && file.blocks.map(\.frameCount).reduce(0, +) == 1)
        #expect(file.blocks.allSatisfy { $0.bytes.readableBytes < BlockRhythm.mostBytes + 2 << 20 })
        var reader = FLVFileReader()
        reader.append(file.bytes)
        var count = 0
        while let tag = try reader.nextTag() { if tag.type == .scriptData { count += 1 } }
        #expect(count == 40 + 40 + 3 * BlockRhythm.mostElements)
    }

    @Test("a change of the tracks costs nothing that grows with what waits")
    func tracksInTurn() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let video = try #require(source.video)
        written.append([source.tracks], to: &plan)
        for index in 0..<1_000 { written.append([source.frame(video, at: 0, isSync: index == 0)], to: &plan) }
        for index in 0..<10 {
            written.append([.tracks([video, Source.sound(record: index % 2 == 0 ? "1190" : "1210")])], to: &plan)
        }
        #expect(plan.waitingTracks.isEmpty && written.files.isEmpty)
    }

    private static var text: ByteBuffer {
        var bytes = ByteBuffer(bytes: [2, 0, 10])
        bytes.writeString("onTextData")
        bytes.writeBytes([2, 0, 1])
        bytes.writeString("x")
        return bytes
    }
}
