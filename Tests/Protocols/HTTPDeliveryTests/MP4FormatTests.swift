import Foundation
import ISOBMFF
import MediaModel
import NIOCore
import SegmentPackaging
import StreamHub
import TestSupport
import Testing

@testable import HTTPDelivery

@Suite("Live fragmented MP4")
struct MP4FormatTests {
    private let video = Track(
        id: .init(.video), timescale: .milliseconds,
        configuration: .init(
            video: .h264,
            record: ByteBuffer(
                hex: """
                    0164001fffe1001a6764001facd9405005bb011000000300100000030
                    3c0f183196001000668ebe3cb22c0
                    """), format: VideoFormat(width: 1280, height: 720, frameRate: 30)))
    private let audio = Track(
        id: .init(.audio), timescale: .milliseconds,
        configuration: .init(
            audio: .aac, record: ByteBuffer(hex: "1210"),
            format: AudioFormat(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1024)), language: "eng")
    private let speex = Track(
        id: .init(.audio, 1), timescale: .milliseconds, configuration: .init(audio: .speex), name: "a \"name\"")

    private func format(webSocket: Bool, _ choice: TrackChoice = TrackChoice()) -> MP4Format {
        MP4Format(choice: choice, isWebSocket: webSocket) { 1_763_740_000_000 + Int64($0.uptimeNanoseconds) }
    }

    private func frame(_ track: Track, at time: Int64, sync: Bool = true, bytes: Int = 100) -> MediaFrame {
        MediaFrame(
            track: track, decodeTime: time, isSync: sync, payload: ByteBuffer(repeating: 0x55, count: bytes))
    }

    private func written(_ write: (inout ByteBuffer) -> Void) -> ByteBuffer {
        var bytes = ByteBuffer()
        write(&bytes)
        return bytes
    }

    /// The messages of a server's frames.
    private func messages(_ bytes: ByteBuffer) throws -> [(opcode: UInt8, payload: ByteBuffer)] {
        var bytes = bytes
        var messages: [(UInt8, ByteBuffer)] = []
        while let first: UInt8 = bytes.readInteger() {
            #expect(first & 0xF0 == 0x80)
            var length = bytes.readInteger(as: UInt8.self).map { Int($0) }
            if length == 126 { length = bytes.readInteger(as: UInt16.self).map { Int($0) } }
            if length == 127 { length = bytes.readInteger(as: UInt64.self).map { Int($0) } }
            let payload = bytes.readSlice(length: length ?? 0)
            messages.append((first & 0x0F, try #require(payload)))
        }
        return messages
    }

    private func object(_ text: ByteBuffer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.readableBytesView)) as? [String: Any])
    }

    @Test("over WebSocket a text and an initialization segment come first, then a message for each fragment")
    func webSocket() throws {
        var writer = format(webSocket: true).makeWriter()
        let tracks = [video, audio, speex]
        #expect(
            written { writer.prepareJoinPoint(tracks: tracks, arrived: .uptimeNanoseconds(0), into: &$0) }
                == ByteBuffer())
        let prelude = try messages(
            written { writer.writePrelude(tracks: tracks, metadata: nil, timestampMilliseconds: 0, into: &$0) })
        #expect(prelude.map(\.opcode) == [1, 2])
        #expect(
            String(buffer: prelude[0].payload) == """
                {"audio":0,"mime":"video/mp4; codecs=\\"avc1.64001f,mp4a.40.2\\"","omitted":[{"codec":"speex","id":1,\
                "kind":"audio","reason":"no such container holds this coding"}],"tracks":[{"codec":"avc1.64001f",\
                "frameRate":30,"height":720,"id":0,"kind":"video","width":1280},{"channels":2,"codec":"mp4a.40.2","id":0,\
                "kind":"audio","language":"eng","sampleRate":44100},{"codec":"speex","id":1,"kind":"audio",\
                "name":"a \\"name\\""}],"type":"init","video":0}
                """)
        #expect(try InitializationSegment(reading: prelude[1].payload).tracks.count == 2)
        for bytes in [100, 70_000] {
            let fragment = try messages(written { writer.write(frame(video, at: 0, bytes: bytes), into: &$0) })
            #expect(fragment.map(\.opcode) == [2])
            #expect(
                try MovieFragment.readAll(in: fragment[0].payload).first?.tracks.first?.samples.first?.payload
                    .readableBytes == bytes)
        }
    }

    @Test("the first fragment from a join point on says when it was received, the others do not")
    func referenceTime() throws {
        var writer = format(webSocket: false).makeWriter()
        _ = written { writer.prepareJoinPoint(tracks: [video], arrived: .uptimeNanoseconds(77), into: &$0) }
        // Frames that are not carried do not use the time up.
        #expect(written { writer.write(frame(audio, at: 5), into: &$0) } == ByteBuffer())
        var first = BoxReader(written { writer.write(frame(video, at: 10), into: &$0) })
        let time = try ProducerReferenceTime(reading: try #require(try first.next()))
        #expect(time.millisecondsSince1970 == 1_763_740_000_077 && time.mediaTime == 900)
        var second = BoxReader(written { writer.write(frame(video, at: 40, sync: false), into: &$0) })
        #expect(try second.next()?.type == "moof")
    }

    @Test("other tracks begin with the next join point; those who watch are told before it, who comes is told at it")
    func change() throws {
        var writer = format(webSocket: true).makeWriter()
        _ = written { writer.prepareJoinPoint(tracks: [video], arrived: .uptimeNanoseconds(0), into: &$0) }
        let change = written {
            writer.writeChange(tracks: [video, audio], metadata: nil, timestampMilliseconds: 0, into: &$0)
        }
        #expect(change.readableBytes == 0)
        #expect(written { writer.write(frame(audio, at: 20), into: &$0) }.readableBytes == 0)
        #expect(written { writer.write(frame(video, at: 20, sync: false), into: &$0) }.readableBytes > 0)
        let told = written {
            writer.prepareJoinPoint(tracks: [video, audio], arrived: .uptimeNanoseconds(0), into: &$0)
        }
        #expect(try messages(told).map(\.opcode) == [1, 2])
        #expect(try object(try messages(told)[0].payload)["audio"] as? Int == 0)
        let prelude = written {
            writer.writePrelude(tracks: [video, audio], metadata: nil, timestampMilliseconds: 0, into: &$0)
        }
        #expect(prelude == told)
        #expect(written { writer.write(frame(audio, at: 40), into: &$0) }.readableBytes > 0)
        // The same tracks at the next one are no news.
        #expect(
            written { writer.prepareJoinPoint(tracks: [video, audio], arrived: .uptimeNanoseconds(0), into: &$0) }
                .readableBytes == 0)
    }

    @Test("nothing that can be carried is told too")
    func nothing() throws {
        var writer = format(webSocket: true).makeWriter()
        _ = written { writer.prepareJoinPoint(tracks: [speex], arrived: .uptimeNanoseconds(0), into: &$0) }
        let prelude = try messages(
            written { writer.writePrelude(tracks: [speex], metadata: nil, timestampMilliseconds: 0, into: &$0) })
        #expect(prelude.map(\.opcode) == [1])
        let text = try object(prelude[0].payload)
        #expect(text["mime"] == nil && text["audio"] == nil && (text["omitted"] as? [Any])?.count == 1)
    }

    @Test("choices are formats of their own, with the usual choice for the one too many")
    func names() {
        let chosen = format(webSocket: true, TrackChoice(video: .number(2), audio: .none))
        #expect(chosen.name == "ws-mp4/v2a-")
        #expect(chosen.substitute?.name == "ws-mp4/va")
        #expect(format(webSocket: false).name == "mp4/va")
        #expect(format(webSocket: false).substitute == nil)
    }
}
