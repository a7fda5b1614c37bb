import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV: files of FFmpeg")
struct SampleTests {
    private static let receiver = ReceiverCapabilities.enhanced(multitrack: true, videoMetadata: true)

    private static func tags(_ file: ByteBuffer) throws -> [FLVTag] {
        var reader = FLVFileReader()
        reader.append(file)
        var tags: [FLVTag] = []
        while let tag = try reader.nextTag() { tags.append(tag) }
        return tags
    }

    private static func demuxed(_ tags: [FLVTag]) -> Demuxing {
        var demuxing = Demuxing()
        for tag in tags {
            demuxing.take(
                FLVTagParts(
                    type: tag.type, timestampMilliseconds: tag.timestampMilliseconds, prefix: ByteBuffer(),
                    payload: tag.body))
        }
        return demuxing
    }

    private static func muxed(_ elements: [StreamElement], by muxer: FLVMuxer) -> [FLVTag] {
        var tracks: [Track] = []
        return elements.flatMap { element -> [FLVTagParts] in
            switch element {
            case .tracks(let current):
                tracks = current
                return current.flatMap { muxer.headers(for: $0, timestampMilliseconds: 0) }
            case .metadata(let message): return message.map { [muxer.parts(for: $0, tracks: tracks)] } ?? []
            case .data(let message): return [muxer.parts(for: message)]
            case .frame(let frame): return muxer.parts(for: frame).map { [$0] } ?? []
            case .discontinuity: return []
            }
        }.map { FLVTag(type: $0.type, timestampMilliseconds: $0.timestampMilliseconds, body: $0.body) }
    }

    @Test("what is in them is understood")
    func contents() throws {
        let expected: [(ByteBuffer, [Codec], Int, Int)] = [
            (Samples.hevcAndOpus, [.h265, .opus], 3, 3), (Samples.av1AndFLAC, [.av1, .flac], 3, 3),
            (Samples.vp9AndAC3, [.vp9, .ac3], 3, 2), (Samples.vvcAndEAC3, [.h266, .eac3], 3, 2),
            (Samples.hdr, [.h265, .aac], 3, 4), (Samples.twoOfEach, [.h264, .h265, .aac, .opus], 6, 7),
        ]
        for (file, codecs, pictures, sounds) in expected {
            let demuxing = Self.demuxed(try Self.tags(file))
            let tracks = try #require(demuxing.trackSets.last)
            #expect(tracks.map(\.codec) == codecs)
            #expect(demuxing.frames.count { $0.track.kind == .video } == pictures)
            #expect(demuxing.frames.count { $0.track.kind == .audio } == sounds)
            for track in tracks where track.kind == .video {
                #expect(track.configuration.video?.width == 32)
                #expect(track.configuration.video?.frameRate == 10)
            }
            for track in tracks where track.kind == .audio { #expect(track.configuration.audio?.sampleRate == 48_000) }
            for id in tracks.map(\.id) {
                #expect(demuxing.frames.first { $0.track.id == id }?.isSync == true)
            }
            // FFmpeg sends the colours of the second track as if they were of the first.
            #expect(demuxing.demuxer.skippedTagCount == (file == Samples.twoOfEach ? 1 : 0))
        }
    }

    @Test("colours, light and loudspeakers are known")
    func hdr() throws {
        let tracks = try #require(Self.demuxed(try Self.tags(Samples.hdr)).trackSets.last)
        let video = try #require(tracks.first?.configuration.video)
        #expect(video.bitDepth == 10)
        #expect(video.color?.matrixCoefficients == 9)
        #expect(tracks.last?.configuration.audio?.channelLayout == .native(mask: 0x3F))
    }

    @Test("every frame is written as FFmpeg wrote it, but for temporal delimiters, which have no place there")
    func sameFrames() throws {
        for file in Samples.all {
            let tags = try Self.tags(file)
            let muxer = FLVMuxer(capabilities: Self.receiver)
            let frames = Self.demuxed(tags).frames.compactMap(muxer.parts)
            let delimited = ["91617630311200", "a1617630311200"]
            let bodies: Set<String> = Set(
                tags.map(\.body.hex).map { body -> String in
                    delimited.contains { body.hasPrefix($0) }
                        ? String(body.prefix(10)) + String(body.dropFirst(14)) : body
                })
            #expect(frames.allSatisfy { bodies.contains($0.body.hex) })
        }
    }

    @Test("taken apart, put together for each receiver and taken apart again, they hold the same")
    func roundTrip() throws {
        let receivers: [ReceiverCapabilities] = [
            .legacy, .informal, .enhanced(), Self.receiver,
            .enhanced(multitrack: true, nanoseconds: true, videoMetadata: true),
        ]
        for (file, receiver) in Samples.all.flatMap({ file in receivers.map { (file, $0) } }) {
            let original = Self.demuxed(try Self.tags(file))
            let muxer = FLVMuxer(capabilities: receiver)
            let again = Self.demuxed(Self.muxed(original.elements, by: muxer))
            #expect(again.demuxer.skippedTagCount == 0)
            let omitted = Set(muxer.omitted(original.trackSets.last ?? []).map(\.id))
            #expect(
                again.frames.map(Content.init)
                    == original.frames.filter { !omitted.contains($0.track.id) }.map(Content.init))
            guard receiver == Self.receiver else { continue }
            #expect(
                again.trackSets.last?.map(\.configuration) == original.trackSets.last?.map(\.configuration))
        }
    }

    private struct Content: Equatable {
        var id: Track.ID
        var codec: Codec
        var record: ByteBuffer
        var decodeTime: Int64
        var compositionOffset: Int32
        var isSync: Bool
        var payload: ByteBuffer

        init(_ frame: MediaFrame) {
            id = frame.track.id
            codec = frame.track.codec
            record = frame.track.configuration.record
            decodeTime = frame.decodeTime
            compositionOffset = frame.compositionOffset
            isSync = frame.isSync
            payload = frame.payload
        }
    }

    @Test("changed in any bit, they never trap, and hold no more than the limit")
    func flippedBits() throws {
        for file in Samples.all {
            let tags = try Self.tags(file).filter { $0.type != .scriptData }
            for (index, tag) in tags.enumerated() {
                for bit in 0..<min(tag.body.readableBytes, 24) * 8 {
                    var changed = tags[...index]
                    changed[index].body = tag.body.flipping(bit: bit)
                    let demuxing = Self.demuxed(Array(changed.suffix(4)))
                    #expect(demuxing.frames.allSatisfy { $0.payload.readableBytes > 0 })
                }
                for body in tag.body.truncations.prefix(64) {
                    var changed = tags[...index]
                    changed[index].body = body
                    #expect(Self.demuxed(Array(changed)).trackSets.allSatisfy { $0.count <= 4 })
                }
            }
        }
    }
}
