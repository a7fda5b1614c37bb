import M3U8
import MediaModel
import NIOCore
import SegmentPackaging
import Testing

@Suite("A live stream in segments")
struct LiveStreamTests {
    @Test("pictures and sound become segments that lose, repeat and displace nothing", arguments: [false, true])
    func everySampleOnce(isMuxed: Bool) throws {
        var view = PlayerView { $0.layout = isMuxed ? .muxed : .separateTracks }
        view.checksIntervals = true
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 30_000)
        view.finish()

        let pictures = try view.samples(in: isMuxed ? "muxed.m3u8" : "video.m3u8").flatMap(\.self)
        let sounds = try view.samples(in: isMuxed ? "muxed.m3u8" : "audio.m3u8", track: isMuxed ? 2 : 1).flatMap(\.self)
        #expect(PlayerView.pictureNumbers(pictures) == Array(1...source.pictureNumber))
        #expect(PlayerView.soundNumbers(sounds) == Array(1...source.soundNumber))
        PlayerView.expectContinuous(pictures)
        PlayerView.expectContinuous(sounds)
        #expect(sounds.allSatisfy { $0.duration == 1024 }, "times of sound are counted in samples")
        #expect(pictures.first?.decodeTime == 900_000)
        #expect(sounds.first?.decodeTime == 441_000)
        #expect(view.packager.counters.framesPackaged == source.pictureNumber + source.soundNumber)
        #expect(view.packager.counters.discontinuities == 0)
    }

    @Test("every segment begins with a sync frame and lasts one group of pictures")
    func boundaries() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 20_000)
        let segments = try #require(view.playlists["video.m3u8"]).segments
        #expect(segments.count == 9)
        #expect(segments.allSatisfy { $0.duration == .seconds(2) })
        #expect(view.playlists["video.m3u8"]?.hasIndependentSegments == true)
        for samples in try view.samples(in: "video.m3u8") {
            #expect(samples.first?.isSync == true)
            #expect(samples.count == 60)
        }
    }

    @Test("more or less of the past is listed from one moment on")
    func otherWindow() throws {
        var view = PlayerView { $0.window = .seconds(30) }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 60_000)
        #expect(view.playlists["video.m3u8"]?.segments.count == 15)
        view.packager.keep(window: .seconds(16), mostBytes: view.packager.configuration.mostBytes)
        view.play(&source, to: 70_000)
        #expect(view.playlists["video.m3u8"]?.segments.count == 8)
        view.packager.keep(window: .seconds(24), mostBytes: view.packager.configuration.mostBytes)
        view.play(&source, to: 90_000)
        #expect(view.playlists["video.m3u8"]?.segments.count == 12)
    }

    @Test(
        "lengths add up to the time of the pictures, however the frame rate divides", arguments: [24, 29, 30, 50, 60])
    func exactLengths(frameRate: Int) throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.frameRate = frameRate
        source.groupLength = frameRate * 2
        view.announce(source)
        view.play(&source, to: 60_001)
        let history = try #require(view.history["video.m3u8"])
        let samples = try view.samples(in: "video.m3u8")
        for (segment, samples) in zip(history, samples) {
            let ticks = samples.reduce(0) { $0 + $1.duration }
            #expect(segment.duration == .microseconds((ticks * 100 + 4) / 9))
        }
        #expect(history.reduce(Duration.zero) { $0 + $1.duration } == .seconds(60))
    }

    @Test("the Multivariant Playlist says what there is")
    func multivariant() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.audio = SyntheticSource.sound(language: "de")
        view.announce(source)
        view.play(&source, to: 5000)
        let playlist = try #require(view.packager.multivariantPlaylist)
        let variant = try #require(playlist.variants.first)
        #expect(playlist.variants.count == 1)
        #expect(variant.uri == "video.m3u8")
        #expect(variant.codecs == ["avc1.64001f", "mp4a.40.2"])
        #expect(variant.resolution == Resolution(width: 1280, height: 720))
        #expect(variant.frameRate == FrameRate(thousandths: 30_000))
        #expect(variant.bandwidth > 0)
        #expect(variant.audioGroup == "audio")
        #expect(
            playlist.renditions == [
                Rendition(
                    kind: .audio, groupID: "audio", name: "de", language: "de", isDefault: true, channels: "2",
                    uri: "audio.m3u8")
            ])
    }

    @Test("the bandwidth is no less than what any segment takes, and the average is the average")
    func bandwidth() throws {
        var view = PlayerView { $0.layout = .muxed }
        var source = SyntheticSource()
        source.audio = nil
        view.announce(source)
        let video = SyntheticSource.pictures()
        view.send(.tracks([video]))
        for index in 0..<600 {
            // Each third group of pictures is three times as large.
            let size = index / 60 % 3 == 0 ? 3000 : 1000
            view.send(
                .frame(
                    source.picture(of: video, at: Int64(index) * 1000 / 30, isSync: index % 60 == 0, size: size)))
        }
        let variant = try #require(view.packager.multivariantPlaylist?.variants.first)
        let rates = try #require(view.history["muxed.m3u8"]).map { segment in
            (view.everything[segment.uri]?.bytes.readableBytes ?? 0) * 8 / 2
        }
        let highest = try #require(rates.max())
        #expect((highest...highest * 101 / 100).contains(variant.bandwidth))
        let average = rates.reduce(0, +) / rates.count
        #expect((average - 10...average + 10).contains(variant.averageBandwidth ?? 0))
    }

    @Test("wallclock times follow the media, from the arrival of the first frame")
    func programDateTime() throws {
        var view = PlayerView()
        view.now = 1_786_278_896_789
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 9000)
        let times = try #require(view.playlists["video.m3u8"]).segments.map { $0.programDateTime?.text }
        #expect(
            times == [
                "2026-08-09T12:34:56.789Z", "2026-08-09T12:34:58.789Z", "2026-08-09T12:35:00.789Z",
                "2026-08-09T12:35:02.789Z",
            ])
    }

    @Test("the target duration is no shorter than the first segment of any playlist", arguments: [0, 500])
    func targetOfSound(part: Int) {
        var view = PlayerView { $0.partDuration = .milliseconds(part) }
        var source = SyntheticSource()
        // Pictures of 2.49 s, in whose time the last frame of sound begins that ends after 2.507 s.
        source.frameRate = 100
        source.groupLength = 249
        view.announce(source)
        view.play(&source, to: 9000)
        #expect(view.packager.targetDuration == 3)
        #expect(view.playlists["audio.m3u8"]?.segments.first?.duration ?? .zero > .milliseconds(2500))
    }

    @Test("pictures that are shown in another order keep their times, and none is negative")
    func reordering() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.compositionOffsets = [67, 167, 67, 0, -33]
        view.announce(source)
        view.play(&source, to: 5000)
        view.finish()
        let samples = try view.samples(in: "video.m3u8").flatMap(\.self)
        for (number, sample) in zip(1..., samples) {
            #expect(sample.compositionOffset == source.compositionOffsets[number % 5] * 90)
        }
    }

    @Test("the window slides, what left it stays for a while, and all is bounded")
    func window() throws {
        var view = PlayerView { $0.window = .seconds(12) }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 60_000)
        let playlist = try #require(view.playlists["video.m3u8"])
        #expect(playlist.segments.count == 6)
        #expect(playlist.mediaSequence == 23)
        // The segment lasts 2 seconds, and the longest list was one of 14 seconds.
        #expect(view.resources["video-\((10 + 16 * 2) * 90_000).m4s"] != nil)
        #expect(view.resources["video-\((10 + 14 * 2) * 90_000).m4s"] == nil)
        #expect(view.resources.keys.contains("video-0-init.mp4"))
        #expect(view.resources.count <= 3 + 2 + 2 * 15)
    }

    @Test("the end is said, and a publisher who comes back goes on counting")
    func publisherRestarts() throws {
        var view = PlayerView { $0.window = .seconds(12) }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 9000)
        view.finish()
        var playlist = try #require(view.playlists["video.m3u8"])
        #expect(playlist.isEnded)
        #expect(playlist.segments.dropLast().map(\.duration) == [.seconds(2), .seconds(2), .seconds(2), .seconds(2)])
        let last = try #require(playlist.segments.last)
        #expect((.seconds(1)..<(.milliseconds(1024))).contains(last.duration), "the last picture stays for its sound")

        for round in 1...5 {
            view.now += 60_000
            source.origin = Int64(round) * 500
            view.announce(source)
            view.play(&source, to: 9000)
            view.finish()
            playlist = try #require(view.playlists["video.m3u8"])
            #expect(playlist.endSequence == 5 * (round + 1))
        }
        #expect(playlist.discontinuitySequence + playlist.segments.count(where: \.isDiscontinuous) == 5)
        #expect(view.packager.counters.discontinuities == 5)
        #expect(view.everything.keys.contains("video-0-init.mp4"))
        #expect(
            view.everything.keys.count { $0.hasPrefix("video") && $0.hasSuffix("init.mp4") } == 1,
            "the same header needs no new name")
    }

    @Test("names begin as configured")
    func namePrefix() throws {
        var view = PlayerView { $0.namePrefix = "k3x-" }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 5000)
        #expect(
            view.resources.keys.sorted() == [
                "audio.m3u8", "index.m3u8", "k3x-audio-0-init.mp4", "k3x-audio-44100-441000.m4s",
                "k3x-audio-44100-530088.m4s", "k3x-video-0-init.mp4", "k3x-video-1080000.m4s", "k3x-video-900000.m4s",
                "video.m3u8",
            ])
        #expect(view.resources["k3x-video-900000.m4s"]?.mediaType == "video/mp4")
        #expect(view.resources["k3x-audio-44100-441000.m4s"]?.mediaType == "audio/mp4")
        #expect(view.packager.resource(named: "index.m3u8")?.mediaType == "application/vnd.apple.mpegurl")
    }

    @Test("a segment is published as soon as the next has begun in every track")
    func promptness() {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 2000)
        #expect(view.resources.isEmpty)
        view.play(&source, from: 2000, to: 2030)
        #expect(view.resources["video-900000.m4s"] != nil)
    }

    @Test("only sound is cut by time")
    func soundOnly() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.video = nil
        view.announce(source)
        view.play(&source, to: 20_000)
        view.finish()
        let segments = try #require(view.history["audio.m3u8"])
        #expect(segments.dropLast().allSatisfy { $0.duration >= .seconds(2) && $0.duration < .milliseconds(2030) })
        let samples = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(PlayerView.soundNumbers(samples) == Array(1...source.soundNumber))
        PlayerView.expectContinuous(samples)
        let variant = try #require(view.packager.multivariantPlaylist?.variants.first)
        #expect(variant.uri == "audio.m3u8")
        #expect(variant.codecs == ["mp4a.40.2"])
        #expect(variant.resolution == nil)
    }

    @Test("only pictures")
    func picturesOnly() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.audio = nil
        view.announce(source)
        view.play(&source, to: 20_000)
        #expect(view.playlists.keys.sorted() == ["video.m3u8"])
        #expect(view.playlists["video.m3u8"]?.segments.count == 9)
        #expect(view.packager.multivariantPlaylist?.variants.first?.audioGroup == nil)
    }

    @Test("several tracks of sound are renditions of their own")
    func severalSounds() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        let second = SyntheticSource.sound(number: 1, language: "fr")
        view.send(.tracks([SyntheticSource.pictures(), SyntheticSource.sound(), second]))
        source.audio = second
        // The announced objects are what counts, so the source must send under them.
        let tracks = [SyntheticSource.pictures(), SyntheticSource.sound(language: "de"), second]
        view.send(.tracks(tracks))
        for frame in source.frames(from: 0, to: 7000) {
            let track = frame.track.kind == .video ? tracks[0] : tracks[2]
            view.send(.frame(source.copy(frame, track)))
            if track === second { view.send(.frame(source.copy(frame, tracks[1]))) }
        }
        #expect(view.playlists.keys.sorted() == ["audio-1.m3u8", "audio.m3u8", "video.m3u8"])
        #expect(view.packager.multivariantPlaylist?.renditions.map(\.name) == ["de", "fr"])
        #expect(view.packager.multivariantPlaylist?.renditions.map(\.isDefault) == [true, false])
    }
}

extension SyntheticSource {
    /// The same frame of another track.
    func copy(_ frame: MediaFrame, _ track: Track, at time: Int64? = nil) -> MediaFrame {
        MediaFrame(
            track: track, decodeTime: time ?? frame.decodeTime, compositionOffset: frame.compositionOffset,
            isSync: frame.isSync, payload: frame.payload)
    }
}
