import CodecParsing
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV muxer")
struct FLVMuxerTests {
    private let muxer = FLVMuxer()

    private static let avcTrack = Track(
        id: .init(.video), timescale: .milliseconds,
        configuration: CodecConfiguration(video: .h264, record: ByteBuffer(hex: Bodies.avcRecord)))

    @Test(
        "bodies of every kind come out byte for byte as they came in",
        arguments: [
            [
                Bodies.avcHeader, Bodies.idrFrame, Bodies.interFrame, "2701ffffd8" + Bodies.interPayload,
                "3701000000000000020600",
            ],
            ["1c00000000" + Bodies.hevcRecord, "1c0100000a00000002 2601"], ["1d0000000081000c00", "1d01000000320100"],
            ["1e0100000010", "2e0100000011"], ["1f0100000082"], ["19000000000102", "19010000000b"],
            ["11ffd8", "21ffd9"], ["1200", "2200", "3200"], ["1300"], ["140001"], ["1500010203"], ["1600"], ["1800"],
        ])
    func videoIdentity(bodies: [String]) throws {
        try check(bodies.map { (.video, $0.filter { $0 != " " }) })
    }

    @Test(
        "sound of every format, with its flags",
        arguments: [
            [Bodies.aacHeader, Bodies.aacFrame], ["02", "06", "0e", "0f", "0c", "0d"], ["3f", "3e", "3d", "3c"],
            ["16", "1b"], ["2ffffb920411", "2e0011", "2afff380c0"], ["42"], ["52"], ["6e", "62"], ["72", "73"],
            ["82", "83"],
            ["b6"], ["df", "de"], ["e2", "e3"], ["fe", "f3"],
        ])
    func audioIdentity(bodies: [String]) throws {
        try check(bodies.map { (.audio, $0.count == 2 ? $0 + "0102" : $0) })
    }

    /// Demuxes bodies, muxes what comes out, and wants the same bodies.
    private func check(_ bodies: [(FLVTagType, String)]) throws {
        var demuxing = Demuxing()
        var written: [String] = []
        for (index, (type, hex)) in bodies.enumerated() {
            let count = demuxing.elements.count
            let tag = FLVTagParts(
                type: type, timestampMilliseconds: 0xFFFF_FFF0 &+ UInt32(index) * 20, prefix: ByteBuffer(),
                payload: ByteBuffer(hex: hex))
            demuxing.take(tag)
            for element in demuxing.elements[count...] {
                switch element {
                case .tracks(let tracks):
                    for track in tracks {
                        let parts = muxer.sequenceHeader(for: track, timestampMilliseconds: 0)
                        if let parts { written.append(parts.body.hex) }
                    }
                case .frame(let frame):
                    let parts = try #require(muxer.parts(for: frame))
                    written.append(parts.body.hex)
                    #expect(parts.timestampMilliseconds == tag.timestampMilliseconds)
                    #expect(parts.type == type)
                default: break
                }
            }
        }
        #expect(written == bodies.map(\.1))
        #expect(demuxing.demuxer.skippedTagCount == 0)
    }

    @Test("elements of every codec survive the way through tags", arguments: Codec.allCases)
    func elementIdentity(codec: Codec) throws {
        let configuration = Self.configuration(of: codec)
        let track = Track(id: .init(codec.kind), timescale: .milliseconds, configuration: configuration)
        var demuxing = Demuxing()
        if let header = muxer.sequenceHeader(for: track, timestampMilliseconds: 0) { demuxing.take(header) }
        var frames: [MediaFrame] = []
        for index in 0..<4 {
            let hasOffset = FLVVideoCodecID(codec)?.hasPacketType == true
            let frame = MediaFrame(
                track: track, decodeTime: Int64(index) * 40, compositionOffset: hasOffset ? Int32(index - 1) * 40 : 0,
                isSync: codec.kind == .audio || index == 0, isDisposable: codec.kind == .video && index == 3,
                payload: ByteBuffer(hex: [.h264, .h265].contains(codec) ? Bodies.interPayload : "fffb9204"))
            guard let parts = muxer.parts(for: frame) else { continue }
            frames.append(frame)
            demuxing.take(parts)
        }
        guard FLVSoundFormat(codec) != nil || FLVVideoCodecID(codec) != nil else {
            #expect(frames.isEmpty)
            return
        }
        #expect(frames.count == 4)
        #expect(demuxing.trackSets.map { $0.map(\.configuration) } == [[configuration]])
        #expect(demuxing.frames.map(\.payload) == frames.map(\.payload))
        #expect(demuxing.frames.map(\.decodeTime) == frames.map(\.decodeTime))
        #expect(demuxing.frames.map(\.compositionOffset) == frames.map(\.compositionOffset))
        #expect(demuxing.frames.map(\.isSync) == frames.map(\.isSync))
        #expect(demuxing.frames.map(\.isDisposable) == frames.map(\.isDisposable))
    }

    private static func configuration(of codec: Codec) -> CodecConfiguration {
        switch codec {
        case .h264:
            return (try? .avc(record: ByteBuffer(hex: Bodies.avcRecord))) ?? CodecConfiguration(video: .h264)
        case .aac: return .aac(AudioSpecificConfig(samplingFrequency: 48_000, channelConfiguration: 2))
        case .h265:
            return (try? .hevc(record: ByteBuffer(hex: Bodies.hevcRecord))) ?? CodecConfiguration(video: .h265)
        case .av1: return CodecConfiguration(video: .av1, record: ByteBuffer(hex: "81000c00"))
        case .mp3, .mp3At8kHz:
            return CodecConfiguration(
                audio: codec, format: .init(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1152))
        case .speex, .nellymoser16kHz:
            return CodecConfiguration(audio: codec, format: .init(sampleRate: 16_000, channelCount: 1))
        case .nellymoser8kHz, .g711ALaw, .g711MuLaw:
            return CodecConfiguration(audio: codec, format: .init(sampleRate: 8000, channelCount: 1))
        case .opus: return .opus(OpusIdentificationHeader(channelCount: 2))
        case .linearPCM, .linearPCMLittleEndian:
            return CodecConfiguration(
                audio: codec, format: .init(sampleRate: 11_025, channelCount: 2, bitsPerSample: 8))
        default:
            return codec.kind == .video
                ? CodecConfiguration(video: codec)
                : CodecConfiguration(audio: codec, format: .init(sampleRate: 22_050, channelCount: 1))
        }
    }

    @Test("times of other timescales become milliseconds, composition times so that presentation times are exact")
    func timescales() throws {
        let track = Track(id: .init(.video), timescale: .mpeg, configuration: Self.avcTrack.configuration)
        let frame = MediaFrame(
            track: track, decodeTime: 3003, compositionOffset: 6006, isSync: false,
            payload: ByteBuffer(hex: Bodies.interPayload))
        let parts = try #require(muxer.parts(for: frame))
        // 33.37 ms and 100.1 ms.
        #expect(parts.timestampMilliseconds == 33)
        #expect(parts.prefix.hex == "2701000043")
    }

    @Test("timestamps wrap at 32 bits, composition times stop at 24")
    func bounds() throws {
        for (offset, hex) in [(Int32.max, "27017fffff"), (.min, "2701800000")] {
            let frame = MediaFrame(
                track: Self.avcTrack, decodeTime: 0x1_0000_0005, compositionOffset: offset, isSync: false,
                payload: ByteBuffer())
            let parts = try #require(muxer.parts(for: frame))
            #expect(parts.timestampMilliseconds == 5)
            #expect(parts.prefix.hex == hex)
        }
    }

    @Test("a sequence header carries the record; codecs without one have none")
    func sequenceHeaders() throws {
        let parts = try #require(muxer.sequenceHeader(for: Self.avcTrack, timestampMilliseconds: 70))
        #expect(parts.body.hex == Bodies.avcHeader)
        #expect(parts.timestampMilliseconds == 70)
        let speex = Track(id: .init(.audio), timescale: .milliseconds, configuration: .init(audio: .speex))
        #expect(muxer.sequenceHeader(for: speex, timestampMilliseconds: 0) == nil)
    }

    @Test("tracks beside the default ones and codecs that FLV has no number for cannot be said")
    func inexpressible() {
        let second = Track(
            id: .init(.video, 1), timescale: .milliseconds, configuration: Self.avcTrack.configuration)
        #expect(muxer.sequenceHeader(for: second, timestampMilliseconds: 0) == nil)
        #expect(muxer.parts(for: MediaFrame(track: second, decodeTime: 0, isSync: true, payload: ByteBuffer())) == nil)
        let flac = Track(
            id: .init(.audio), timescale: .milliseconds,
            configuration: .init(audio: .flac, record: ByteBuffer(hex: "664c6143")))
        #expect(muxer.sequenceHeader(for: flac, timestampMilliseconds: 0) == nil)
        #expect(muxer.parts(for: MediaFrame(track: flac, decodeTime: 0, isSync: true, payload: ByteBuffer())) == nil)
    }

    @Test("data messages go through as they are")
    func data() {
        let message = DataMessage(
            name: "onCuePoint", timestampMilliseconds: 0x1_0000_0007, payload: ByteBuffer(hex: "02000161"))
        let parts = muxer.parts(for: message)
        #expect(parts.type == .scriptData)
        #expect(parts.timestampMilliseconds == 7)
        #expect(parts.body.hex == "02000161")
    }
}
