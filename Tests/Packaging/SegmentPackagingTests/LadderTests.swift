import CodecParsing
import ISOBMFF
import M3U8
import MediaModel
import NIOCore
import SegmentPackaging
import TestSupport
import Testing

/// An encoder that sends several qualities of the same pictures, and several sounds.
struct LadderSource {
    /// One quality.
    struct Quality {
        var track: Track
        /// Presentation minus decoding time of every picture, in milliseconds: how far the encoder reorders.
        var delay: Int64 = 0
        /// How much later than the first its sync frames are shown, in milliseconds.
        var syncLag: Int64 = 0
        /// Every how many pictures of the first it has one.
        var step: Int64 = 1
    }

    var qualities: [Quality]
    var sounds: [Track]
    private var source = SyntheticSource()

    init(qualities: [Quality], sounds: [Track] = []) {
        self.qualities = qualities
        self.sounds = sounds
    }

    var tracks: [Track] { qualities.map(\.track) + sounds }

    static func pictures(
        _ number: UInt8, width: Int, height: Int, color: ColorDescription? = nil, record: ByteBuffer? = nil
    ) -> Track {
        Track(
            id: .init(.video, number), timescale: .milliseconds,
            configuration: CodecConfiguration(
                video: .h264, record: record ?? SyntheticSource.pictureRecord,
                format: VideoFormat(width: width, height: height, color: color)))
    }

    /// The frames shown from `from` to before `to`, in milliseconds, in the order of decoding times.
    mutating func frames(from: Int64, to: Int64) -> [MediaFrame] {
        var frames: [MediaFrame] = []
        for quality in qualities {
            for index in stride(from: (from * 30 + 999) / 1000, to: Int64.max, by: 1) {
                let shown = index * 1000 / 30
                guard shown < to else { break }
                guard index % quality.step == 0 else { continue }
                let isSync = (index - quality.syncLag * 30 / 1000) % 60 == 0
                let frame = source.picture(of: quality.track, at: shown, isSync: isSync, size: 500)
                frames.append(
                    MediaFrame(
                        track: quality.track, decodeTime: 1000 + shown - quality.delay,
                        compositionOffset: Int32(quality.delay), isSync: isSync, payload: frame.payload))
            }
        }
        for track in sounds {
            let rate = Int64(track.configuration.audio?.sampleRate ?? 48_000)
            let length = Int64(track.configuration.audio?.samplesPerFrame ?? 960) * 1000
            for index in stride(from: (from * rate + length - 1) / length, to: Int64.max, by: 1) {
                let time = index * length / rate
                guard time < to else { break }
                frames.append(source.sample(of: track, at: 1000 + time))
            }
        }
        return frames.enumerated().sorted { ($0.element.decodeTime, $0.offset) < ($1.element.decodeTime, $1.offset) }
            .map(\.element)
    }
}

extension PlayerView {
    mutating func play(_ ladder: inout LadderSource, from: Int64 = 0, to: Int64) {
        let start = now
        for frame in ladder.frames(from: from, to: to) {
            now = start + max(0, frame.decodeTime - 1000 - from)
            send(.frame(frame))
        }
        now = start + to - from
    }
}

@Suite("Several qualities and sounds of one encoder")
struct LadderTests {
    typealias Quality = LadderSource.Quality
    static let high = LadderSource.pictures(0, width: 1920, height: 1080)
    static let middle = LadderSource.pictures(1, width: 1280, height: 720)
    static let low = LadderSource.pictures(2, width: 640, height: 360)
    static let opus = Track(
        id: .init(.audio, 2), timescale: .milliseconds,
        configuration: (try? .opus(record: ByteBuffer())) ?? CodecConfiguration(audio: .opus))

    @Test("each quality is a variant, and all segments have the same boundaries and begin with a sync frame")
    func variants() throws {
        var view = PlayerView()
        var ladder = LadderSource(
            qualities: [Quality(track: Self.high), Quality(track: Self.middle), Quality(track: Self.low, step: 2)],
            sounds: [SyntheticSource.sound(language: "en"), SyntheticSource.sound(number: 1, language: "de")])
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 20_000)

        let playlist = try #require(view.packager.multivariantPlaylist)
        #expect(playlist.variants.map(\.uri) == ["video.m3u8", "video-1.m3u8", "video-2.m3u8"])
        #expect(
            playlist.variants.map(\.resolution) == [
                Resolution(width: 1920, height: 1080), Resolution(width: 1280, height: 720),
                Resolution(width: 640, height: 360),
            ])
        #expect(playlist.variants.map(\.frameRate) == [30_000, 30_000, 15_000].map { FrameRate(thousandths: $0) })
        #expect(playlist.variants.allSatisfy { $0.audioGroup == "audio" && $0.codecs == ["avc1.64001f", "mp4a.40.2"] })
        #expect(playlist.renditions.map(\.name) == ["en", "de"])
        #expect(playlist.renditions.map(\.isDefault) == [true, false])
        #expect(playlist.renditions.map(\.channels) == ["2", "2"])
        for name in ["video.m3u8", "video-1.m3u8", "video-2.m3u8"] {
            let segments = try #require(view.playlists[name])
            #expect(segments.hasIndependentSegments)
            #expect(segments.segments.map(\.duration) == Array(repeating: .seconds(2), count: 9))
            let samples = try view.samples(in: name)
            #expect(samples.allSatisfy { $0.first?.isSync == true })
            #expect(samples.map { $0.first?.decodeTime } == (0..<9).map { 900_000 + $0 * 180_000 })
            PlayerView.expectContinuous(samples.flatMap(\.self))
        }
        #expect(view.packager.counters.unalignedSegments == 0)
    }

    @Test(
        "qualities that reorder differently are cut where the same picture is shown",
        arguments: [[0, 67], [67, 0], [133, 0], [0, 400], [67, 133]] as [[Int64]])
    func reordering(delays: [Int64]) throws {
        var view = PlayerView()
        var ladder = LadderSource(
            qualities: [
                Quality(track: Self.high, delay: delays[0]), Quality(track: Self.middle, delay: delays[1]),
            ], sounds: [SyntheticSource.sound()])
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 20_000)
        view.finish()
        let shown = try ["video.m3u8", "video-1.m3u8"].map { name in
            let samples = try view.samples(in: name)
            #expect(samples.allSatisfy { $0.first?.isSync == true })
            #expect(view.playlists[name]?.hasIndependentSegments == true)
            PlayerView.expectContinuous(samples.flatMap(\.self))
            #expect(samples.map(\.count) == Array(repeating: 60, count: 10))
            return samples.compactMap(\.first).map { $0.decodeTime + Int64($0.compositionOffset) }
        }
        #expect(shown[0] == shown[1])
        #expect(view.packager.counters.unalignedSegments == 0)
        #expect(view.packager.counters.framesAwaitingSync == 0)
    }

    @Test("a quality with sync frames of its own is cut with the first, and its playlist does not claim what is not so")
    func unaligned() throws {
        var view = PlayerView()
        var ladder = LadderSource(qualities: [
            Quality(track: Self.high), Quality(track: Self.middle, syncLag: 1000),
        ])
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 20_000)
        #expect(view.playlists["video.m3u8"]?.hasIndependentSegments == true)
        #expect(view.playlists["video-1.m3u8"]?.hasIndependentSegments == false)
        // The first has only what follows its own first sync frame.
        let samples = try view.samples(in: "video-1.m3u8")
        #expect(samples.first?.first?.isSync == true)
        #expect(samples.dropFirst().allSatisfy { $0.first?.isSync == false })
        #expect(samples.map(\.count).dropFirst() == Array(repeating: 60, count: 8)[...])
        #expect(view.packager.counters.unalignedSegments == 8)
        #expect(view.forced.isEmpty, "the first quality did nothing wrong")
    }

    @Test("a quality that falls silent has gaps, one that comes joins behind a discontinuity")
    func comingAndGoing() throws {
        var view = PlayerView()
        let (high, middle) = (Quality(track: Self.high), Quality(track: Self.middle))
        var both = LadderSource(qualities: [high, middle], sounds: [SyntheticSource.sound()])
        view.send(.tracks(both.tracks))
        view.play(&both, to: 6000)
        var one = both
        one.qualities = [high]
        view.play(&one, from: 6000, to: 12_000)
        #expect(view.playlists["video-1.m3u8"]?.segments.map(\.isGap) == [false, false, false, true, true])
        #expect(view.packager.counters.discontinuities == 0)
        view.play(&both, from: 12_000, to: 18_000)
        #expect(view.playlists["video-1.m3u8"]?.segments.suffix(2).map(\.isGap) == [false, false])

        var three = both
        three.qualities.append(Quality(track: Self.low))
        view.send(.tracks(three.tracks))
        view.play(&three, from: 18_000, to: 30_000)
        #expect(view.packager.counters.discontinuities == 1)
        #expect(view.packager.multivariantPlaylist?.variants.count == 3)
        view.send(.tracks(one.tracks))
        view.play(&one, from: 30_000, to: 36_000)
        #expect(view.packager.counters.discontinuities == 2)
        #expect(view.packager.multivariantPlaylist?.variants.map(\.uri) == ["video.m3u8"])
    }

    @Test("a quality that is announced and sends nothing keeps nobody waiting for long")
    func silentQuality() {
        var view = PlayerView()
        var ladder = LadderSource(qualities: [Quality(track: Self.high)], sounds: [SyntheticSource.sound()])
        view.send(.tracks(ladder.tracks + [Self.middle]))
        view.play(&ladder, to: 4000)
        #expect(view.playlists["video.m3u8"]?.segments.count == 1)
        #expect(view.packager.multivariantPlaylist?.variants.count == 1)
    }

    @Test("sounds of another coding are a group of their own, and every variant stands with each")
    func audioGroups() throws {
        var view = PlayerView()
        var second = SyntheticSource.sound(number: 1)
        second = Track(
            id: second.id, timescale: second.timescale, configuration: second.configuration,
            name: "Commen\"tary\n#EXT-X-ENDLIST")
        var ladder = LadderSource(
            qualities: [Quality(track: Self.high), Quality(track: Self.middle)],
            sounds: [SyntheticSource.sound(), second, Self.opus])
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 7000)
        let text = try #require(view.resources[SegmentPackager.multivariantPlaylistName]?.bytes)
        let playlist = try MultivariantPlaylist(bytes: text.readableBytesView)
        #expect(playlist.renditions.map(\.groupID) == ["audio", "audio", "audio-opus"])
        #expect(playlist.renditions.map(\.name) == ["Audio", "Commen'tary#EXT-X-ENDLIST", "Audio"])
        #expect(playlist.renditions.map(\.isDefault) == [true, false, true])
        #expect(
            playlist.variants.map { [$0.uri, $0.audioGroup ?? "", $0.codecs.last ?? ""] } == [
                ["video.m3u8", "audio", "mp4a.40.2"], ["video-1.m3u8", "audio", "mp4a.40.2"],
                ["video.m3u8", "audio-opus", "opus"], ["video-1.m3u8", "audio-opus", "opus"],
            ])
    }

    @Test("sounds of one name are told apart by numbers, and without pictures the first is the variant")
    func sameNames() throws {
        var view = PlayerView()
        let sounds = (0..<3).map { SyntheticSource.sound(number: $0, language: "en") }
        var ladder = LadderSource(
            qualities: [],
            sounds: sounds
                + [Self.opus].map { track in
                    Track(id: .init(.audio, 7), timescale: track.timescale, configuration: track.configuration)
                })
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 7000)
        let playlist = try #require(view.packager.multivariantPlaylist)
        #expect(playlist.renditions.map(\.name) == ["en", "en 2", "en 3"])
        #expect(playlist.renditions.map(\.uri) == [nil, "audio-1.m3u8", "audio-2.m3u8"])
        #expect(playlist.variants.map(\.uri) == ["audio.m3u8", "audio-7.m3u8"])
        #expect(playlist.variants.map(\.audioGroup) == ["audio", nil])
    }

    @Test("sounds whose names differ in what a playlist cannot hold are told apart too")
    func namesThatBecomeTheSame() throws {
        var view = PlayerView()
        let sounds = ["a\"", "a'", "a'\u{1}", "\n"].enumerated().map { number, name in
            let sound = SyntheticSource.sound(number: UInt8(number))
            return Track(id: sound.id, timescale: sound.timescale, configuration: sound.configuration, name: name)
        }
        var ladder = LadderSource(qualities: [], sounds: sounds)
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 7000)
        let playlist = try #require(view.packager.multivariantPlaylist)
        #expect(playlist.renditions.map(\.name) == ["a'", "a' 2", "a' 3", "Audio"])
    }

    @Test("the dynamic range is said where the colours are known")
    func videoRange() throws {
        var view = PlayerView()
        let colors: [ColorDescription?] = [
            ColorDescription(primaries: 9, transferCharacteristics: 16, matrixCoefficients: 9),
            ColorDescription(primaries: 9, transferCharacteristics: 18, matrixCoefficients: 9),
            ColorDescription(primaries: 1, transferCharacteristics: 1, matrixCoefficients: 1), nil,
        ]
        var ladder = LadderSource(
            qualities: colors.enumerated().map { number, color in
                Quality(track: LadderSource.pictures(UInt8(number), width: 1280, height: 720, color: color))
            })
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 5000)
        #expect(
            view.packager.multivariantPlaylist?.variants.map(\.videoRange) == [
                .perceptualQuantizer, .hybridLogGamma, .standard, nil,
            ])
    }

    @Test("in shared files every quality has the first sound beside it", arguments: SegmentPackager.Container.allCases)
    func muxed(container: SegmentPackager.Container) throws {
        var view = PlayerView {
            $0.container = container
            $0.layout = .muxed
        }
        var ladder = LadderSource(
            qualities: [Quality(track: Self.high, delay: 67), Quality(track: Self.middle)],
            sounds: [SyntheticSource.sound(), SyntheticSource.sound(number: 1)])
        view.send(.tracks(ladder.tracks))
        #expect(
            view.packager.omittedTracks
                == [OmittedTrack(id: .init(.audio, 1), codec: .aac, reason: .furtherSoundInOneFile)])
        view.play(&ladder, to: 20_000)
        let playlist = try #require(view.packager.multivariantPlaylist)
        #expect(playlist.variants.map(\.uri) == ["muxed.m3u8", "muxed-1.m3u8"])
        #expect(playlist.variants.allSatisfy { $0.codecs == ["avc1.64001f", "mp4a.40.2"] && $0.audioGroup == nil })
        #expect(playlist.renditions.isEmpty)
        for name in ["muxed.m3u8", "muxed-1.m3u8"] {
            #expect(view.playlists[name]?.hasIndependentSegments == true)
            #expect(view.playlists[name]?.segments.count == 9)
        }
    }
}
