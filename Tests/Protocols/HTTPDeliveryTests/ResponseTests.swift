import EndpointCore
import HTTPTypes
import MediaModel
import NIOCore
import StreamHub
import Testing

@testable import HTTPDelivery

@Suite("Parts of HTTP answers")
struct ResponseTests {
    @Test(
        "ranges are read as RFC 9110 §14.2 says",
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-", .part(0..<100)), ("bytes=0-0", .part(0..<1)),
            ("bytes=10-19", .part(10..<20)), ("bytes=90-500", .part(90..<100)), ("bytes=-10", .part(90..<100)),
            ("bytes=-500", .part(0..<100)), ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=5-4", .whole), ("bytes=1-2,4-5", .whole), ("items=1-2", .whole), ("bytes=a-b", .whole),
            ("bytes=--5", .whole), ("bytes=", .whole),
        ] as [(String?, ByteRange)])
    func ranges(field: String?, expected: ByteRange) {
        #expect(ByteRange.requested(by: field, of: 100) == expected)
    }

    @Test("a playlist under another URL gets addresses that are right from there")
    func base() {
        let playlist = """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="audio.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=1
            video.m3u8

            """
        let template = PlaylistTemplate(ByteBuffer(string: playlist))
        let moved = String(buffer: template.written(with: .init(base: "show/hls/")))
        #expect(moved.contains("URI=\"show/hls/audio.m3u8\""))
        #expect(moved.contains("\nshow/hls/video.m3u8\n"))
        #expect(moved.hasSuffix("\n"))
    }

    @Test("addresses carry what the player was let in with, wherever they stand")
    func credentials() {
        let playlist = """
            #EXTM3U
            #EXT-X-MAP:URI="init.mp4"
            #EXT-X-PART:DURATION=0.2,URI="part.m4s?x=1",INDEPENDENT=YES
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="next.m4s"
            #EXT-X-RENDITION-REPORT:URI="../a.m3u8",LAST-MSN=1
            segment.m4s
            #EXT-X-BROKEN:URI="open

            """
        let template = PlaylistTemplate(ByteBuffer(string: playlist))
        let carried = String(buffer: template.written(with: .init(query: "token=a.b")))
        #expect(
            carried == """
                #EXTM3U
                #EXT-X-MAP:URI="init.mp4?token=a.b"
                #EXT-X-PART:DURATION=0.2,URI="part.m4s?x=1&token=a.b",INDEPENDENT=YES
                #EXT-X-PRELOAD-HINT:TYPE=PART,URI="next.m4s?token=a.b"
                #EXT-X-RENDITION-REPORT:URI="../a.m3u8?token=a.b",LAST-MSN=1
                segment.m4s?token=a.b
                #EXT-X-BROKEN:URI="open?token=a.b

                """)
    }

    @Test("what a player shows is carried as it was, with nothing that could end an address")
    func carrying() throws {
        let location = try #require(
            PlaybackLocation(target: "/live/show/index.m3u8?ts=1&sig=a_-9&exp=12&ip=::1/64&token=x%22%0a%26y%3D&key=no")
        )
        #expect(location.credentials == "token=x%22%0A%26y%3D&exp=12&sig=a_-9&ip=%3A%3A1%2F64")
        #expect(location.isPersonal)
        for tooLong in [String(repeating: "x", count: 4_097), String(repeating: "!", count: 1_366)] {
            let long = try #require(PlaybackLocation(target: "/live/show.m3u8?sig=ab&token=" + tooLong))
            #expect(long.credentials == "sig=ab" && long.isPersonal)
        }
        let longest = String(repeating: "x", count: 4_096)
        #expect(PlaybackLocation(target: "/live/show.m3u8?token=\(longest)")?.credentials == "token=\(longest)")
        // Together they are no longer than a token alone may be.
        let query = "sig=\(longest)&ip=192.0.2.7&exp=12&token=\(longest.dropLast(5))"
        let several = try #require(PlaybackLocation(target: "/live/show.m3u8?" + query))
        #expect(several.credentials == "token=\(longest.dropLast(5))&exp=12")
        var plain = try #require(PlaybackLocation(target: "/live/show.flv?ts=1"))
        #expect(plain.credentials.isEmpty && !plain.isPersonal)
        plain.takeBearer([.authorization: "bearer  abc"])
        #expect(plain.credentials.isEmpty && plain.isPersonal)
        #expect(plain.wish(from: "::1").query.contains { $0 == (name: "token", value: "abc") })
        var other = try #require(PlaybackLocation(target: "/live/show.flv"))
        other.takeBearer([.authorization: "Basic abc"])
        #expect(!other.isPersonal)
    }

    @Test("a viewer is named in rendition reports alone, before what it was let in with")
    func viewerInReports() throws {
        let own = "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\nsegment.m4s\n"
        let reports = "#EXT-X-RENDITION-REPORT:URI=\"a.m3u8\",LAST-MSN=1\n#EXT-X-ENDLIST\n"
        // A slice of something longer, as buffers are.
        var bytes = ByteBuffer(string: "before" + own + reports)
        bytes.moveReaderIndex(forwardBy: 6)
        let template = PlaylistTemplate(bytes)
        #expect(template.lengthBeforeReports == own.utf8.count)
        let named = reports.replacing("a.m3u8", with: "a.m3u8?viewer=v")
        #expect(String(buffer: template.written(with: .init(viewer: "v"))) == own + named)
        #expect(String(buffer: template.written(with: .init(viewer: "v"), from: own.utf8.count)) == named)
        #expect(
            String(buffer: template.written(with: .init(query: "token=t", viewer: "v"), from: own.utf8.count))
                == reports.replacing("a.m3u8", with: "a.m3u8?viewer=v&token=t"))
        #expect(!PlaylistTemplate(ByteBuffer(string: own)).isChanged(by: .init(viewer: "v")))
        #expect(PlaylistTemplate(ByteBuffer(string: own)).isChanged(by: .init(query: "token=t")))
        #expect(!PlaylistTemplate(ByteBuffer(string: "#EXTM3U\n")).isChanged(by: .init(query: "token=t")))
        #expect(PlaylistTemplate(ByteBuffer()).written(with: .init(query: "token=t")).readableBytes == 0)
    }

    @Test("what is compressed for one viewer unpacks to its own text", arguments: ["", "t=1"])
    func compressedForOne(query: String) throws {
        let lines = (0..<40).map { "#EXTINF:2.0,\nsegment-\($0).m4s\n" }.joined()
        let report = "#EXT-X-RENDITION-REPORT:URI=\"a.m3u8\",LAST-MSN=1\n"
        let playlist = SharedPlaylist([ByteBuffer(string: "#EXTM3U\n" + lines), ByteBuffer(string: report)])
        for viewer in ["one", "another"] {
            let additions = PlaylistTemplate.Additions(query: query, viewer: viewer)
            let (plain, isPlain) = playlist.body(with: additions, acceptsGzip: false)
            let (member, isCompressed) = playlist.body(with: additions, acceptsGzip: true)
            #expect(!isPlain && isCompressed)
            #expect(String(buffer: plain).contains("viewer=\(viewer)"))
            #expect(try Gunzip.text(of: member) == String(buffer: plain))
            #expect(member.readableBytes < plain.readableBytes / 3)
        }
    }

    @Test("an end that no stored block holds is left to the compressor", arguments: [65_535, 65_536])
    func longEnd(count: Int) throws {
        let beginning = try #require(Gzip.Beginning(ByteBuffer(string: "beginning ")))
        let end = String(repeating: "x", count: count)
        let member = beginning.ended(with: ByteBuffer(string: end))
        #expect((member == nil) == (count > 65_535))
        if let member { #expect(try Gunzip.text(of: member) == "beginning " + end) }
    }

    @Test("gzip is a gzip member of the same text")
    func gzip() throws {
        let text = String(repeating: "#EXTINF:2.0,\nsegment.m4s\n", count: 100)
        let compressed = try #require(Gzip.compress(ByteBuffer(string: text)))
        #expect(compressed.getBytes(at: 0, length: 3) == [0x1F, 0x8B, 8])
        #expect(compressed.readableBytes < text.utf8.count / 10)
        let tail = try #require(
            compressed.getInteger(at: compressed.readableBytes - 4, endianness: .little, as: UInt32.self))
        #expect(Int(tail) == text.utf8.count)
    }

    @Test("the WebSocket answer is that of RFC 6455 §1.3")
    func webSocketAccept() throws {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/live/show.flv")
        request.headerFields[.upgrade] = "websocket"
        request.headerFields[.secWebSocketKey] = "dGhlIHNhbXBsZSBub25jZQ=="
        #expect(WebSocketAccept(request) == nil)
        request.headerFields[.secWebSocketVersion] = "13"
        #expect(try #require(WebSocketAccept(request)).acceptValue == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    /// Writes a frame's payload as it is.
    private struct PlainFormat: WireFormat, WireWriter {
        let name = "plain"
        func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}
        func writePrelude(
            tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
        ) {}
        func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) { bytes.writeImmutableBuffer(frame.payload) }
        func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}
    }

    @Test("WebSocket messages have the shortest length that fits", arguments: [1, 125, 126, 65_535, 65_536, 100_000])
    func webSocketMessages(count: Int) throws {
        let track = Track(id: .init(.video), timescale: .milliseconds, configuration: .init(video: .h264))
        let payload = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0) })
        var bytes = ByteBuffer(string: "before")
        var writer = WebSocketFormat(PlainFormat()).makeWriter()
        writer.write(
            MediaFrame(track: track, decodeTime: 0, isSync: true, payload: payload), into: &bytes)
        #expect(bytes.readString(length: 6) == "before")
        #expect(bytes.readInteger(as: UInt8.self) == 0x82)
        let first: UInt8? = bytes.readInteger()
        let length = try #require(first)
        switch count {
        case ..<126: #expect(Int(length) == count)
        case ..<65_536:
            #expect(length == 126)
            #expect(bytes.readInteger(as: UInt16.self).map(Int.init) == count)
        default:
            #expect(length == 127)
            #expect(bytes.readInteger(as: UInt64.self).map(Int.init) == count)
        }
        #expect(bytes == payload)
    }

    @Test("an element without bytes makes no message")
    func emptyMessage() {
        var bytes = ByteBuffer()
        var writer = WebSocketFormat(PlainFormat()).makeWriter()
        writer.writeOpening(tracks: [], into: &bytes)
        #expect(bytes.readableBytes == 0)
    }
}
