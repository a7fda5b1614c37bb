import M3U8
import TestSupport
import Testing

@Suite("Media Playlist")
struct MediaPlaylistTests {
    static let live = MediaPlaylist(
        targetDuration: 2, mediaSequence: 41, discontinuitySequence: 3, hasIndependentSegments: true,
        segments: [
            MediaSegment(
                uri: "video-41.m4s", duration: .microseconds(2_002_000),
                programDateTime: ProgramDateTime(millisecondsSince1970: 1_786_278_896_789),
                initialization: MediaInitializationSection(uri: "video-init1.mp4")),
            MediaSegment(
                uri: "video-42.m4s", duration: .seconds(2),
                initialization: MediaInitializationSection(uri: "video-init1.mp4")),
            MediaSegment(
                uri: "video-43.m4s", duration: .microseconds(1_966_667), title: "new camera", isDiscontinuous: true,
                initialization: MediaInitializationSection(
                    uri: "video-init2.mp4", byteRange: ByteRange(length: 700, offset: 0)), isGap: true),
        ])

    @Test("text has each tag once where it holds, the map only where it changes")
    func text() {
        #expect(
            Self.live.text == """
                #EXTM3U
                #EXT-X-VERSION:6
                #EXT-X-TARGETDURATION:2
                #EXT-X-MEDIA-SEQUENCE:41
                #EXT-X-DISCONTINUITY-SEQUENCE:3
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-MAP:URI="video-init1.mp4"
                #EXT-X-PROGRAM-DATE-TIME:2026-08-09T12:34:56.789Z
                #EXTINF:2.002,
                video-41.m4s
                #EXTINF:2,
                video-42.m4s
                #EXT-X-DISCONTINUITY
                #EXT-X-MAP:URI="video-init2.mp4",BYTERANGE="700@0"
                #EXT-X-GAP
                #EXTINF:1.966667,new camera
                video-43.m4s

                """)
    }

    @Test("what was written is read back as the same value")
    func roundTrip() throws {
        #expect(try MediaPlaylist(Self.live.text) == Self.live)
        var ended = Self.live
        ended.isEnded = true
        ended.type = .event
        #expect(try MediaPlaylist(bytes: ended.text.utf8) == ended)
    }

    /// The example of RFC 8216bis, appendix B.
    static let lowLatency = """
        #EXTM3U
        #EXT-X-VERSION:6
        #EXT-X-TARGETDURATION:4
        #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24,PART-HOLD-BACK=1.5
        #EXT-X-PART-INF:PART-TARGET=0.5
        #EXT-X-MEDIA-SEQUENCE:266
        #EXT-X-DISCONTINUITY-SEQUENCE:0
        #EXT-X-MAP:URI="init.mp4"
        #EXT-X-PROGRAM-DATE-TIME:2019-02-14T02:13:36.106Z
        #EXTINF:4.00008,
        fileSequence266.mp4
        #EXT-X-PART:DURATION=0.5,URI="filePart267.0.mp4",INDEPENDENT=YES
        #EXT-X-PART:DURATION=0.3,URI="filePart267.1.mp4",BYTERANGE="20@5",GAP=YES
        #EXTINF:0.8,
        fileSequence267.mp4
        #EXT-X-DISCONTINUITY
        #EXT-X-MAP:URI="init2.mp4"
        #EXT-X-PROGRAM-DATE-TIME:2019-02-14T02:14:00.106Z
        #EXT-X-PART:DURATION=0.5,URI="filePart268.0.mp4",INDEPENDENT=YES
        #EXT-X-PRELOAD-HINT:TYPE=PART,URI="filePart268.1.mp4",BYTERANGE-START=7,BYTERANGE-LENGTH=9
        #EXT-X-RENDITION-REPORT:URI="../1M/waitForMSN.m3u8",LAST-MSN=268,LAST-PART=0
        #EXT-X-RENDITION-REPORT:URI="../4M/waitForMSN.m3u8",LAST-MSN=267

        """

    @Test("parts and what belongs to them are read and written")
    func parts() throws {
        let playlist = try MediaPlaylist(Self.lowLatency)
        #expect(playlist.text == Self.lowLatency)
        #expect(playlist.segments.map(\.parts.count) == [0, 2])
        #expect(playlist.segments[1].parts[1].byteRange == ByteRange(length: 20, offset: 5))
        let open = try #require(playlist.segmentUnderConstruction)
        #expect(open.parts.count == 1 && open.isDiscontinuous && open.initialization?.uri == "init2.mp4")
        #expect(playlist.endSequence == 268)
        #expect(playlist.preloadHints == [PreloadHint(uri: "filePart268.1.mp4", start: 7, length: 9)])
        #expect(playlist.renditionReports.map(\.lastPart) == [0, nil])
    }

    @Test("a delta update needs version 9 and counts what it leaves out")
    func deltaUpdate() throws {
        var playlist = try MediaPlaylist(Self.lowLatency)
        playlist.skippedSegments = 3
        #expect(playlist.requiredVersion == 9)
        #expect(playlist.endSequence == 271)
        #expect(playlist.text.contains("#EXT-X-VERSION:9\n"))
        #expect(playlist.text.contains("#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n"))
        #expect(try MediaPlaylist(playlist.text) == playlist)
    }

    @Test(
        "parts that cannot be are refused",
        arguments: [
            "#EXT-X-PART:DURATION=1", "#EXT-X-PART:URI=\"a\"", "#EXT-X-PART:DURATION=x,URI=\"a\"",
            "#EXT-X-PART:DURATION=1,URI=\"a\",INDEPENDENT=MAYBE", "#EXT-X-PART:DURATION=1,URI=\"a\",BYTERANGE=\"b\"",
            "#EXT-X-PART-INF:X=1", "#EXT-X-PART-INF:PART-TARGET=1\n#EXT-X-PART-INF:PART-TARGET=1",
            "#EXT-X-SERVER-CONTROL:HOLD-BACK=\"1\"", "#EXT-X-SKIP:SKIPPED-SEGMENTS=-1",
            "#EXT-X-PRELOAD-HINT:TYPE=PARTY,URI=\"a\"",
            "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"a\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"b\"",
            "#EXT-X-RENDITION-REPORT:URI=\"a\"", "#EXTINF:1,\ns\n#EXT-X-SKIP:SKIPPED-SEGMENTS=1",
        ])
    func malformedParts(lines: String) {
        #expect(throws: PlaylistFault.self) { try MediaPlaylist("#EXTM3U\n#EXT-X-TARGETDURATION:2\n\(lines)\n") }
    }

    @Test("the simple example of RFC 8216bis §9.1")
    func example() throws {
        let text = """
            #EXTM3U
            #EXT-X-TARGETDURATION:10
            #EXT-X-VERSION:3
            #EXTINF:9.009,
            http://media.example.com/first.ts
            #EXTINF:9.009,
            http://media.example.com/second.ts
            #EXTINF:3.003,
            http://media.example.com/third.ts
            #EXT-X-ENDLIST
            """
        let playlist = try MediaPlaylist(text)
        #expect(playlist.segments.map(\.duration) == [.milliseconds(9009), .milliseconds(9009), .milliseconds(3003)])
        #expect(playlist.isEnded)
        #expect(playlist.divergentVersion == nil)
        #expect(try MediaPlaylist(text.split(separator: "\n").joined(separator: "\r\n")) == playlist)
    }

    @Test("the version is the lowest that the tags allow (§8)")
    func version() {
        var playlist = MediaPlaylist(targetDuration: 2, segments: [MediaSegment(uri: "a.ts", duration: .seconds(2))])
        #expect(playlist.requiredVersion == 1)
        playlist.segments[0].duration = .milliseconds(1999)
        #expect(playlist.requiredVersion == 3)
        playlist.segmentUnderConstruction = MediaSegment(
            uri: "", duration: .zero, initialization: MediaInitializationSection(uri: "i"))
        #expect(playlist.requiredVersion == 6)
        playlist.segmentUnderConstruction = nil
        playlist.segments[0].byteRange = ByteRange(length: 1)
        #expect(playlist.requiredVersion == 4)
        playlist.segments[0].initialization = MediaInitializationSection(uri: "i")
        #expect(playlist.requiredVersion == 6)
    }

    @Test("a version that is not the required one is kept")
    func divergentVersion() throws {
        let text = Self.live.text.replacing("VERSION:6", with: "VERSION:9")
        let playlist = try MediaPlaylist(text)
        #expect(playlist.divergentVersion == 9)
        #expect(playlist.text == text)
    }

    @Test(
        "faults",
        arguments: [
            ("", PlaylistFault.missingHeader),
            ("#EXTM3U8\n", .missingHeader),
            ("\u{FEFF}#EXTM3U\n", .byteOrderMark),
            ("#EXTM3U\n", .missingTag(.targetDuration)),
            ("#EXTM3U\n#EXTM3U\n", .duplicateTag(.header, line: 2)),
            ("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-VERSION:3\n", .duplicateTag(.version, line: 3)),
            ("#EXTM3U\n#EXT-X-TARGETDURATION:-1\n", .malformedTag(.targetDuration, line: 2)),
            ("#EXTM3U\n#EXT-X-TARGETDURATION:99999999999999999999\n", .malformedTag(.targetDuration, line: 2)),
            ("#EXTM3U\n#EXTINF:1,\n#EXTINF:2,\na\n", .duplicateTag(.segmentDuration, line: 3)),
            ("#EXTM3U\n#EXTINF:1.5.5,\na\n", .malformedTag(.segmentDuration, line: 2)),
            ("#EXTM3U\n#EXTINF:,\na\n", .malformedTag(.segmentDuration, line: 2)),
            ("#EXTM3U\na\n", .unexpectedURI(line: 2)),
            ("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n", .missingURI(.segmentDuration)),
            ("#EXTM3U\n#EXTINF:1,\na\n#EXT-X-MEDIA-SEQUENCE:1\n", .misplacedTag(.mediaSequence, line: 4)),
            (
                "#EXTM3U\n#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n",
                .misplacedTag(.discontinuitySequence, line: 3)
            ),
            ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na\n", .foreignTag(.variantStream, line: 2)),
            ("#EXTM3U\n#EXT-X-MAP:BYTERANGE=\"1@0\"\n", .missingAttribute(.uri, .initialization, line: 2)),
            ("#EXTM3U\n#EXT-X-MAP:URI=bare\n", .malformedTag(.initialization, line: 2)),
            ("#EXTM3U\n#EXT-X-MAP:URI=\"open\n", .malformedTag(.initialization, line: 2)),
            ("#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:yesterday\n", .malformedTag(.programDateTime, line: 2)),
            ("#EXTM3U\n#EXTINF:1,a\u{1}b\na\n", .controlCharacter(1, line: 2)),
        ])
    func faults(text: String, fault: PlaylistFault) {
        #expect(throws: fault) { try MediaPlaylist(text) }
    }

    @Test("bounds hold before anything is built")
    func bounds() {
        let limits = PlaylistLimits(bytes: 100, bytesInLine: 40, lines: 8, segments: 1)
        let head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
        func read(_ text: String) throws { _ = try MediaPlaylist(text, limits: limits) }
        #expect(throws: PlaylistFault.textTooLong(101)) { try read(String(repeating: "a", count: 101)) }
        #expect(throws: PlaylistFault.lineTooLong(line: 3)) { try read(head + String(repeating: "a", count: 41)) }
        #expect(throws: PlaylistFault.tooManyLines) { try read(head + String(repeating: "\n", count: 20)) }
        #expect(throws: PlaylistFault.tooManySegments) { try read(head + "#EXTINF:1,\na\n#EXTINF:1,\nb\n") }
        #expect(throws: PlaylistFault.notUTF8) { try MediaPlaylist(bytes: [0x23, 0xFF, 0xFE]) }
    }

    @Test("no truncation and no random change of a playlist traps")
    func hostile() {
        let bytes = Array(Self.live.text.utf8)
        for end in bytes.indices { _ = try? MediaPlaylist(bytes: bytes[..<end]) }
        var generator = SeededGenerator(seed: 0x5EED)
        for _ in 0..<2000 {
            var copy = bytes
            for _ in 0..<4 {
                copy[Int.random(in: copy.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? MediaPlaylist(bytes: copy)
            _ = try? MultivariantPlaylist(bytes: copy)
        }
    }

    @Test("a name cannot break out of its line or its quotes")
    func injection() throws {
        let map = MediaInitializationSection(uri: "a\"\n#EXT-X-ENDLIST\n")
        let playlist = MediaPlaylist(
            targetDuration: 1,
            segments: [MediaSegment(uri: "b\r\n#EXT-X-GAP", duration: .seconds(1), title: "t\nu", initialization: map)])
        let read = try MediaPlaylist(playlist.text)
        #expect(read.segments.count == 1)
        #expect(!read.isEnded)
        #expect(read.segments.first?.isGap == false)
        #expect(read.segments.first?.initialization?.uri == "a'#EXT-X-ENDLIST")
    }
}
