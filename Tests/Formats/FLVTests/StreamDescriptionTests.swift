import AMF
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV: what metadata say of tracks")
struct StreamDescriptionTests {
    private static func message(_ values: AMF0Value...) -> DataMessage {
        var payload = ByteBuffer()
        payload.writeAMF0(values)
        return DataMessage(name: "onMetaData", timestampMilliseconds: 0, payload: payload)
    }

    @Test(
        "codec ids are numbers of FLV, FourCCs as numbers, and names",
        arguments: [
            (7, Codec.h264), (12, .h265), (1_752_589_105, .h265), ("avc1", .h264), ("hvc1", .h265), ("H264", .h264),
            ("avc1.64001f", .h264), ("7", .h264), ("av01", .av1), ("VP9", .vp9), (10, nil), (7.5, nil), (-1, nil),
            ("mp4a", nil), (1_836_069_985, nil), (true, nil), (.number(.nan), nil), ("quite another", nil),
        ] as [(AMF0Value, Codec?)])
    func codecs(value: AMF0Value, codec: Codec?) {
        let description = StreamDescription(Self.message("onMetaData", ["videocodecid": value]))
        #expect(description[.init(.video)]?.codec == codec)
    }

    @Test("further tracks are described by their own entries, over what is said of the default one")
    func trackMaps() throws {
        let description = StreamDescription(
            Self.message(
                "onMetaData",
                .ecmaArray([
                    AMFProperty("width", 1920), AMFProperty("height", 1080), AMFProperty("framerate", 50),
                    AMFProperty("videocodecid", 7), AMFProperty("title", "All of it"), AMFProperty("language", "fr"),
                    AMFProperty("audiosamplerate", 48_000), AMFProperty("audiocodecid", "mp4a"),
                    AMFProperty(
                        "videoTrackIdInfoMap",
                        [
                            "1": ["width": 640, "height": 360, "videocodecid": 1_635_135_537], "x": 5,
                            "256": ["width": 1],
                        ]
                    ),
                    AMFProperty(
                        "audioTrackIdInfoMap",
                        [
                            "0": ["name": "Original"],
                            "2": ["channels": 6, "language": "deu", "title": "Kommentar", "samplerate": 44_100],
                            "3": ["language": "und", "title": ""],
                        ]),
                ])))
        let video = try #require(description[.init(.video)])
        #expect(video.width == 1920)
        #expect(video.name == nil)
        #expect(video.language == nil)
        let second = try #require(description[.init(.video, 1)])
        #expect(second.width == 640)
        #expect(second.frameRate == 50)
        #expect(second.codec == .av1)
        #expect(description[.init(.audio)]?.name == "Original")
        #expect(description[.init(.audio)]?.codec == .aac)
        let german = try #require(description[.init(.audio, 2)])
        #expect(german.language == "deu")
        #expect(german.name == "Kommentar")
        #expect(german.channelCount == 6)
        #expect(german.sampleRate == 44_100)
        #expect(description[.init(.audio, 3)]?.language == nil)
        #expect(description[.init(.audio, 3)]?.name == nil)
        #expect(description[.init(.video, 2)] == nil)
    }

    @Test("numbers that cannot be are passed over, and so is what is no metadata")
    func nonsense() {
        let description = StreamDescription(
            Self.message(
                "onMetaData",
                ["width": 0, "height": 1e9, "framerate": .number(.infinity), "videodatarate": -1, "videocodecid": 7]))
        var expected = TrackDescription()
        expected.codec = .h264
        #expect(description[.init(.video)] == expected)
        #expect(StreamDescription(Self.message("onMetaData")) == StreamDescription())
        #expect(StreamDescription(Self.message("onMetaData", 5)) == StreamDescription())
        let broken = DataMessage(name: "onMetaData", timestampMilliseconds: 0, payload: ByteBuffer(hex: "0200"))
        #expect(StreamDescription(broken) == StreamDescription())
    }

    @Test("names reach tracks at once, hints where nothing else tells")
    func demuxing() {
        var demuxing = Demuxing()
        demuxing.data(Self.message("onMetaData", ["width": 320, "height": 240, "framerate": 25]).payload)
        demuxing.video("12 00")
        demuxing.video(Bodies.avcHeader)
        #expect(demuxing.trackSets.map { $0[0].configuration.video?.width } == [320, 64])
        demuxing.audio("95 00 6d703461 01 1190")
        let named = Self.message(
            "onMetaData", ["width": 1, "height": 1, "audioTrackIdInfoMap": ["1": ["name": "Two", "language": "de"]]])
        demuxing.data(named.payload)
        demuxing.data(named.payload)
        demuxing.data(Self.message("onMetaData", ["width": 5]).payload)
        #expect(demuxing.trackSets.count == 4)
        #expect(demuxing.trackSets[3].map(\.name) == [nil, "Two"])
        #expect(demuxing.trackSets[3].map(\.language) == [nil, "de"])
        #expect(demuxing.trackSets[3][0] === demuxing.trackSets[2][0])
    }
}
