import M3U8
import Testing

@Suite("Multivariant Playlist")
struct MultivariantPlaylistTests {
    static let separate = MultivariantPlaylist(
        renditions: [
            Rendition(
                kind: .audio, groupID: "audio", name: "English", language: "en", isDefault: true, channels: "2",
                uri: "audio.m3u8")
        ],
        variants: [
            VariantStream(
                uri: "video.m3u8", bandwidth: 2_500_000, averageBandwidth: 2_000_000,
                codecs: ["avc1.64001f", "mp4a.40.2"], resolution: Resolution(width: 1280, height: 720),
                frameRate: FrameRate(thousandths: 29_970), videoRange: .standard, audioGroup: "audio",
                hasNoClosedCaptions: true)
        ])

    @Test("text")
    func text() {
        #expect(
            Self.separate.text == """
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio.m3u8"
                #EXT-X-STREAM-INF:BANDWIDTH=2500000,AVERAGE-BANDWIDTH=2000000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="audio",CLOSED-CAPTIONS=NONE
                video.m3u8

                """)
    }

    @Test("what was written is read back as the same value")
    func roundTrip() throws {
        #expect(try MultivariantPlaylist(Self.separate.text) == Self.separate)
        var plain = Self.separate
        plain.hasIndependentSegments = true
        plain.renditions = []
        plain.variants = [VariantStream(uri: "a", bandwidth: 1), VariantStream(uri: "b", bandwidth: 2)]
        #expect(try MultivariantPlaylist(bytes: plain.text.utf8) == plain)
    }

    @Test("no name breaks out of its quotation marks, whatever marks stand behind them")
    func quotationMarks() throws {
        var playlist = Self.separate
        playlist.renditions[0].name = "a\"\u{301},URI=\"b\"\u{200D}\u{7F}\r\n"
        let read = try MultivariantPlaylist(playlist.text)
        #expect(read.renditions.map(\.name) == ["a'\u{301},URI='b'\u{200D}"])
        #expect(read.renditions.map(\.uri) == ["audio.m3u8"])
    }

    @Test("attributes that nobody knows are passed over, commas in quotes are no separators")
    func foreignAttributes() throws {
        let text = "#EXTM3U\n#EXT-X-STREAM-INF:X-NEW=\"a,b=c\",BANDWIDTH=9,CLOSED-CAPTIONS=\"cc\",SCORE=1.5\nv\n"
        #expect(try MultivariantPlaylist(text).variants == [VariantStream(uri: "v", bandwidth: 9)])
    }

    @Test(
        "faults",
        arguments: [
            (
                "#EXT-X-STREAM-INF:CODECS=\"a\"\nv\n",
                PlaylistFault.missingAttribute(.bandwidth, .variantStream, line: 2)
            ),
            ("#EXT-X-STREAM-INF:BANDWIDTH=1\n", .missingURI(.variantStream)),
            ("#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", .missingURI(.variantStream)),
            ("#EXT-X-STREAM-INF:BANDWIDTH=1,BANDWIDTH=2\nv\n", .malformedTag(.variantStream, line: 2)),
            ("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=12\nv\n", .malformedTag(.variantStream, line: 2)),
            ("#EXT-X-STREAM-INF:BANDWIDTH\nv\n", .malformedTag(.variantStream, line: 2)),
            ("#EXT-X-MEDIA:TYPE=SMELL,GROUP-ID=\"g\",NAME=\"n\"\n", .malformedTag(.rendition, line: 2)),
            ("#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"n\"\n", .missingAttribute(.groupID, .rendition, line: 2)),
            ("#EXT-X-TARGETDURATION:2\n", .foreignTag(.targetDuration, line: 2)),
            ("v\n", .unexpectedURI(line: 2)),
        ])
    func faults(lines: String, fault: PlaylistFault) {
        #expect(throws: fault) { try MultivariantPlaylist("#EXTM3U\n" + lines) }
    }
}
