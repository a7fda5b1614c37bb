import AMF
import CodecParsing
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV muxer: what each receiver is given")
struct FLVMuxerReceiverTests {
    private static let everything = FLVMuxer(
        capabilities: .enhanced(multitrack: true, nanoseconds: true, videoMetadata: true))
    private static let several = FLVMuxer(capabilities: .enhanced(multitrack: true, videoMetadata: true))

    private static func track(_ codec: Codec, _ number: UInt8 = 0, record: String = "", name: String? = nil) -> Track {
        let record = ByteBuffer(hex: record)
        let configuration =
            codec.kind == .video
            ? CodecConfiguration(video: codec, record: record, format: VideoFormat(width: 64, height: 48))
            : CodecConfiguration(audio: codec, record: record, format: AudioFormat(sampleRate: 48_000, channelCount: 2))
        return Track(id: .init(codec.kind, number), timescale: .milliseconds, configuration: configuration, name: name)
    }

    private static func frame(
        _ codec: Codec, _ number: UInt8 = 0, offset: Int32 = 0, nanoseconds: UInt32 = 0, isSync: Bool = true
    ) -> MediaFrame {
        MediaFrame(
            track: track(codec, number), decodeTime: 7, compositionOffset: offset,
            presentationNanoseconds: nanoseconds, isSync: isSync, payload: ByteBuffer(hex: "a5"))
    }

    @Test(
        "the default track goes out as of old where it can, everything else in the new form",
        arguments: [
            (frame(.h264, offset: 80), "1701000050"), (frame(.aac), "af01"), (frame(.mp3), "2f"),
            (frame(.h265), "9368766331"), (frame(.h265, offset: -40, isSync: false), "a168766331ffffd8"),
            (frame(.h266), "9376766331"), (frame(.av1), "9161763031"), (frame(.vp8), "9176703038"),
            (frame(.vp9, offset: 40), "9176703039"), (frame(.opus), "914f707573"), (frame(.flac), "91664c6143"),
            (frame(.ac3), "9161632d33"), (frame(.eac3), "9165632d33"), (frame(.g711ALaw), "7f"),
            (frame(.h264, 1), "96036176633101"), (frame(.h264, 2, offset: 40), "96016176633102000028"),
            (frame(.av1, 255, isSync: false), "a60161763031ff"), (frame(.aac, 1), "95016d70346101"),
            (frame(.mp3, 3), "95012e6d703303"), (frame(.h265, nanoseconds: 5), "9368766331"),
        ])
    func frames(frame: MediaFrame, prefix: String) {
        #expect(Self.several.parts(for: frame)?.prefix.hex == prefix)
    }

    @Test("nanoseconds go to those who take them, in the new form for everything")
    func nanoseconds() {
        let muxer = Self.everything
        #expect(muxer.parts(for: Self.frame(.h265, nanoseconds: 999_999))?.prefix.hex == "97020f423f0368766331")
        #expect(muxer.parts(for: Self.frame(.h264, offset: 40))?.prefix.hex == "9161766331000028")
        #expect(muxer.parts(for: Self.frame(.opus, 1, nanoseconds: 1))?.prefix.hex == "970200000105014f70757301")
        #expect(muxer.parts(for: Self.frame(.speex))?.prefix.hex == "b7")
    }

    @Test("what a receiver does not take is left out, and it is said why")
    func omitted() {
        let tracks = [
            Self.track(.h265), Self.track(.h264, 1), Self.track(.aac), Self.track(.opus, 1), Self.track(.speex, 2),
        ]
        func reasons(_ capabilities: ReceiverCapabilities) -> [FLVOmission?] {
            let muxer = FLVMuxer(capabilities: capabilities)
            let omitted = muxer.omitted(tracks)
            return tracks.map { track in
                let reason = omitted.first { $0.id == track.id }?.reason
                let frame = MediaFrame(track: track, decodeTime: 0, isSync: true, payload: ByteBuffer(hex: "a5"))
                #expect((muxer.parts(for: frame) == nil) == (reason != nil))
                if reason != nil { #expect(muxer.headers(for: track, timestampMilliseconds: 0).isEmpty) }
                return reason
            }
        }
        #expect(
            reasons(.legacy) == [.codecNotTaken, .notDefaultTrack, nil, .notDefaultTrack, .notDefaultTrack])
        #expect(reasons(.informal) == [nil, .notDefaultTrack, nil, .notDefaultTrack, .notDefaultTrack])
        #expect(reasons(.enhanced()) == [nil, .notDefaultTrack, nil, .notDefaultTrack, .notDefaultTrack])
        #expect(
            reasons(.enhanced(codecs: .init([.opus]), multitrack: true))
                == [.codecNotTaken, .codecNotTaken, nil, nil, .codecHasNoTag])
        #expect(reasons(.enhanced(multitrack: true)) == [nil, nil, nil, nil, .codecHasNoTag])
        #expect(
            FLVMuxer(capabilities: .informal).omitted([Self.track(.flac)])
                == [OmittedTrack(id: .init(.audio), codec: .flac, reason: .codecNotTaken)])
        #expect(FLVMuxer(capabilities: .legacy).omitted([Self.track(.opus), Self.track(.vp9)]).count == 2)
    }

    @Test("sequence starts bear the record in the form that it has on the wire")
    func sequenceStarts() {
        let streamInfo = "040004000000000008150bb800f00000000000000000000000000000000000000000"
        let expected: [(Track, String?)] = [
            (Self.track(.h264, record: "01"), "170000000001"), (Self.track(.h264, 3, record: "01"), "9600617663310301"),
            (Self.track(.h265, record: "01"), "906876633101"), (Self.track(.h265), nil),
            (Self.track(.vp9, record: "000a820202020000"), "907670303901000000000a820202020000"),
            (Self.track(.aac, record: "1190"), "af001190"), (Self.track(.aac, 1, record: "1190"), "95006d703461011190"),
            (Self.track(.opus, record: "aa"), "904f707573aa"), (Self.track(.opus), "904f707573"),
            (Self.track(.flac, record: streamInfo), "90664c6143664c614380000022" + streamInfo),
            (Self.track(.ac3, record: "aabbcc"), "9061632d33"), (Self.track(.eac3, 1, record: "aa"), "950065632d3301"),
            (Self.track(.mp3, 1), nil), (Self.track(.mp3), nil),
        ]
        for (track, hex) in expected {
            #expect(Self.several.sequenceHeader(for: track, timestampMilliseconds: 9)?.body.hex == hex)
        }
    }

    @Test("colours go to those who take metadata, under the frame type that FFmpeg knows")
    func colors() throws {
        var format = VideoFormat(width: 64, height: 48)
        var nothing = ByteBuffer()
        ColorInfo().write(into: &nothing)
        for (color, isKnown) in [(ColorDescription(primaries: 9, transferCharacteristics: 16), true), (nil, false)] {
            format.color = color
            let configuration = CodecConfiguration(video: .h265, record: ByteBuffer(hex: "01"), format: format)
            for (number, prefix) in [(0, "d468766331"), (1, "96046876633101")] as [(UInt8, String)] {
                let track = Track(id: .init(.video, number), timescale: .milliseconds, configuration: configuration)
                let headers = Self.several.headers(for: track, timestampMilliseconds: 5)
                #expect(headers.map(\.timestampMilliseconds) == [5, 5])
                let metadata = try #require(headers.last)
                #expect(metadata.prefix.hex == prefix)
                #expect((metadata.payload == nothing) == !isKnown)
                #expect(try #require(try ColorInfo(parsing: metadata.payload)) == ColorInfo(format))
                let plain = FLVMuxer(capabilities: .enhanced(multitrack: true))
                #expect(plain.headers(for: track, timestampMilliseconds: 5).count == 1)
            }
        }
    }

    @Test("loudspeakers go with a track in the new form, and never beside one in the old")
    func loudspeakers() {
        let format = AudioFormat(sampleRate: 48_000, channelCount: 6, channelLayout: .native(mask: 0x3F))
        let configuration = CodecConfiguration(audio: .aac, record: ByteBuffer(hex: "11b0"), format: format)
        func bodies(_ capabilities: ReceiverCapabilities, number: UInt8 = 0) -> [String] {
            let track = Track(id: .init(.audio, number), timescale: .milliseconds, configuration: configuration)
            return FLVMuxer(capabilities: capabilities).headers(for: track, timestampMilliseconds: 0).map(\.body.hex)
        }
        #expect(bodies(.enhanced()) == ["af0011b0"])
        #expect(bodies(.legacy) == ["af0011b0"])
        #expect(
            bodies(.enhanced(multitrack: true), number: 1)
                == ["95006d7034610111b0", "95046d7034610101060000003f"])
        #expect(
            bodies(.enhanced(nanoseconds: true)) == ["906d70346111b0", "946d70346101060000003f"])
    }

    @Test("equal capabilities have one name, others another")
    func names() {
        #expect(ReceiverCapabilities.legacy.name == "legacy")
        #expect(ReceiverCapabilities.informal.name == "informal")
        #expect(ReceiverCapabilities.enhanced().name == "enhanced-fff")
        #expect(
            ReceiverCapabilities.enhanced(multitrack: true, nanoseconds: true, videoMetadata: true).name
                == "enhanced-fff-mnv")
        #expect(ReceiverCapabilities.enhanced(codecs: [], multitrack: true) == .legacy)
        var names: Set<String> = []
        var values: Set<ReceiverCapabilities> = [.legacy, .informal]
        for bits in 0..<UInt16(1 << 12) {
            for extras in 0..<8 {
                values.insert(
                    .enhanced(
                        codecs: .init(rawValue: bits | 0xF000), multitrack: extras & 1 > 0,
                        nanoseconds: extras & 2 > 0, videoMetadata: extras & 4 > 0))
            }
        }
        for value in values { names.insert(value.name) }
        #expect(names.count == values.count)
        #expect(names.count == ReceiverCapabilities.mostNames)
    }

    @Test("metadata tell the codec ids of the tags, and of further tracks only what the receiver is given")
    func metadata() throws {
        let tracks = [
            Self.track(.h265), Self.track(.h264, 1), Self.track(.speex, 1), Self.track(.opus, 2), Self.track(.aac),
        ]
        var payload = ByteBuffer()
        payload.writeAMF0([
            "onMetaData",
            .ecmaArray([
                AMFProperty("width", 64), AMFProperty("videocodecid", "hvc1"), AMFProperty("audiocodecid", "mp4a"),
                AMFProperty("videoTrackIdInfoMap", ["1": ["width": 32, "videocodecid": 7], "9": ["width": 1]]),
                AMFProperty("audioTrackIdInfoMap", ["1": ["channels": 1], "2": ["audiocodecid": "Opus"]]),
                AMFProperty("encoder", "x"),
            ]),
        ])
        let message = DataMessage(name: "onMetaData", timestampMilliseconds: 3, payload: payload)
        func rewritten(_ capabilities: ReceiverCapabilities) throws -> AMF0Value {
            let parts = FLVMuxer(capabilities: capabilities).parts(for: message, tracks: tracks)
            #expect(parts.timestampMilliseconds == 3)
            #expect(parts.type == .scriptData)
            let values = try AMF0Decoder.decodeAll(parts.payload)
            #expect(values.count == 2)
            return values[1]
        }
        #expect(
            try rewritten(.legacy)
                == .ecmaArray([
                    AMFProperty("width", 64), AMFProperty("audiocodecid", 10), AMFProperty("encoder", "x"),
                ]))
        #expect(try rewritten(.informal)["videocodecid"] == 12)
        #expect(try rewritten(.enhanced())["videocodecid"] == 1_752_589_105)
        #expect(try rewritten(.enhanced())["videoTrackIdInfoMap"] == nil)
        let all = try rewritten(.enhanced(multitrack: true))
        #expect(
            all["videoTrackIdInfoMap"]
                == ["1": ["width": 32, "videocodecid": 1_635_148_593], "9": ["width": 1]])
        #expect(all["audioTrackIdInfoMap"] == ["2": ["audiocodecid": 1_332_770_163]])
    }

    @Test("metadata that are right already, too long or unreadable, and other messages go out as they are")
    func metadataAsTheyAre() {
        let long = String(repeating: "x", count: FLVMuxer.longestRewrittenMetadata)
        for (name, values) in [
            ("onMetaData", ["onMetaData", ["videocodecid": 7, "audiocodecid": 10]]), ("onMetaData", ["onMetaData"]),
            ("onMetaData", ["onMetaData", 5]),
            ("onMetaData", ["onMetaData", ["videocodecid": "avc1", "x": .string(long)]]),
            ("onCuePoint", ["onCuePoint", ["videocodecid": "avc1"]]),
        ] as [(String, [AMF0Value])] {
            var payload = ByteBuffer()
            payload.writeAMF0(values)
            let message = DataMessage(name: name, timestampMilliseconds: 0, payload: payload)
            #expect(Self.several.parts(for: message, tracks: [Self.track(.h264), Self.track(.aac)]).payload == payload)
        }
        let broken = DataMessage(name: "onMetaData", timestampMilliseconds: 0, payload: ByteBuffer(hex: "0200"))
        #expect(Self.several.parts(for: broken, tracks: []).payload == broken.payload)
    }

    @Test("metadata whose references would become many bytes go out as they are")
    func metadataWithReferences() {
        var payload = ByteBuffer()
        payload.writeAMF0(["onMetaData"])
        // An object with one long text, then a thousand references to it, and something to be rewritten.
        payload.writeBytes([0x03, 0, 1, UInt8(ascii: "a"), 0x03, 0, 1, UInt8(ascii: "x"), 0x02, 0x03, 0xE8])
        payload.writeRepeatingByte(UInt8(ascii: "y"), count: 1_000)
        payload.writeBytes([0, 0, 0x09])
        for _ in 0..<900 { payload.writeBytes([0, 1, UInt8(ascii: "b"), 0x07, 0, 1]) }
        payload.writeBytes([0, 12])
        payload.writeString("videocodecid")
        payload.writeBytes([0x02, 0, 4])
        payload.writeString("avc1")
        payload.writeBytes([0, 0, 0x09])
        let message = DataMessage(name: "onMetaData", timestampMilliseconds: 0, payload: payload)
        #expect(Self.several.parts(for: message, tracks: [Self.track(.h264)]).payload == payload)
    }
}
