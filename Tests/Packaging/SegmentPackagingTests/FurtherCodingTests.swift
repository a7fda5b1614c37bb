import CodecParsing
import M3U8
import MediaModel
import NIOCore
import SegmentPackaging
import TestSupport
import Testing

@Suite("Codings in their containers")
struct FurtherCodingTests {
    /// A track of a coding that could be decoded.
    static func track(_ codec: Codec) throws -> Track {
        let configuration: CodecConfiguration =
            switch codec {
            case .h264: SyntheticSource.pictures().configuration
            case .aac: SyntheticSource.sound().configuration
            case .opus: try .opus(record: ByteBuffer())
            case .flac:
                try .flac(
                    record: ByteBuffer(
                        hex: "040004000000000010980bb802f000000000" + String(repeating: "00", count: 16)))
            case .ac3: try .ac3(record: ByteBuffer(hex: "101140"))
            case .eac3: try .eac3(record: ByteBuffer(hex: "0600200400"))
            case .av1: try .av1(record: ByteBuffer(hex: "81000c000a0b0200000521e7fde017c002"))
            case .vp9:
                CodecConfiguration(
                    video: .vp9, record: ByteBuffer(hex: "0014820202020000"), format: VideoFormat(width: 1, height: 1))
            default: codec.kind == .video ? CodecConfiguration(video: codec) : CodecConfiguration(audio: codec)
            }
        return Track(id: .init(codec.kind), timescale: .milliseconds, configuration: configuration)
    }

    @Test(
        "what a container does not carry is left out for the right reason",
        arguments: [
            (Codec.h264, nil, nil), (.aac, nil, nil), (.opus, nil, nil), (.ac3, nil, nil), (.eac3, nil, nil),
            (.flac, nil, .codecNotInTransportStream), (.av1, nil, .codecNotInTransportStream),
            (.vp9, nil, .codecNotInTransportStream), (.speex, .codecNotInHLS, .codecNotInHLS),
            (.vp6, .codecNotInHLS, .codecNotInHLS), (.nellymoser, .codecNotInHLS, .codecNotInHLS),
            (.mp3, .formatUnusable, .formatUnusable),
        ] as [(Codec, PackagingOmission?, PackagingOmission?)])
    func reasons(codec: Codec, inFragments: PackagingOmission?, inTransport: PackagingOmission?) throws {
        for (container, reason) in [
            (SegmentPackager.Container.fragmentedMP4, inFragments), (.transportStream, inTransport),
        ] {
            var view = PlayerView { $0.container = container }
            view.send(.tracks([try Self.track(codec)]))
            #expect(view.packager.omittedTracks.map(\.reason) == [reason].compactMap(\.self))
        }
    }

    @Test("times of Opus are counted by what each packet says it lasts")
    func opusTimes() throws {
        var view = PlayerView()
        let track = try Self.track(.opus)
        view.send(.tracks([track]))
        // 20 ms, 10 ms and 60 ms in turn, with times rounded and shaken as RTMP brings them.
        let packets: [(contents: UInt8, samples: Int64)] = [(0xF8, 960), (0xF0, 480), (0x18, 2880)]
        var random = SeededGenerator(seed: 3)
        var samples: Int64 = 0
        for index in 0..<400 {
            let (contents, length) = packets[index % 3]
            let time = samples / 48 + Int64.random(in: 0...9, using: &random)
            view.send(
                .frame(
                    MediaFrame(track: track, decodeTime: time, isSync: true, payload: ByteBuffer(bytes: [contents, 1])))
            )
            samples += length
        }
        view.finish()
        let found = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(found.count == 400)
        #expect(found.map(\.duration) == (0..<400).map { packets[$0 % 3].samples })
        PlayerView.expectContinuous(found)
        #expect(view.packager.multivariantPlaylist?.variants.first?.codecs == ["opus"])
    }

    @Test("a sound without a length of its own lasts until the next")
    func unknownLengths() throws {
        var view = PlayerView()
        let track = try Self.track(.opus)
        view.send(.tracks([track]))
        // The count of frames is missing behind the first byte.
        for index in 0..<200 {
            view.send(
                .frame(
                    MediaFrame(
                        track: track, decodeTime: Int64(index) * 20, isSync: true, payload: ByteBuffer(bytes: [0xFB]))))
        }
        view.finish()
        let found = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(found.count == 200)
        #expect(found.allSatisfy { $0.duration == 960 })
    }
}
