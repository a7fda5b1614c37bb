import M3U8
import MediaModel
import NIOCore
import SegmentPackaging
import Testing

@Suite("A stream that changes")
struct ChangingStreamTests {
    @Test("other parameter sets begin a new epoch with a header of a new name")
    func configurationChange() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 7000)
        source.video = SyntheticSource.pictures(record: SyntheticSource.otherPictureRecord)
        source.origin = 8000
        view.announce(source)
        view.play(&source, to: 7000)

        let segments = try #require(view.playlists["video.m3u8"]).segments
        #expect(segments.map(\.isDiscontinuous) == [false, false, false, false, true, false, false])
        #expect(Set(segments.compactMap(\.initialization?.uri)) == ["video-0-init.mp4", "video-4-init.mp4"])
        #expect((.seconds(1)..<(.milliseconds(1024))).contains(segments[3].duration))
        // Sound is described as before and keeps its header.
        let sounds = try #require(view.playlists["audio.m3u8"]).segments
        #expect(sounds.map(\.isDiscontinuous) == segments.map(\.isDiscontinuous))
        #expect(Set(sounds.compactMap(\.initialization?.uri)) == ["audio-0-init.mp4"])
        #expect(view.packager.multivariantPlaylist?.variants.first?.codecs.first == "avc1.64001e")
    }

    @Test("a header that is repeated changes nothing")
    func repeatedHeader() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 5000)
        // Equal, but other objects.
        source.video = SyntheticSource.pictures()
        source.audio = SyntheticSource.sound()
        view.announce(source)
        view.play(&source, from: 5000, to: 12_000)
        #expect(view.packager.counters.discontinuities == 0)
        #expect(view.playlists["video.m3u8"]?.segments.count == 5)
    }

    @Test(
        "a broken timeline goes on behind a discontinuity, whatever the new times are",
        arguments: [0, 3, 4_000_000_000])
    func discontinuity(newOrigin: Int64) throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 7000)
        view.send(.discontinuity)
        source.origin = newOrigin
        view.play(&source, to: 7000)
        view.finish()
        let segments = try #require(view.playlists["video.m3u8"]).segments
        #expect(segments.map(\.isDiscontinuous) == [false, false, false, false, true, false, false, false])
        let samples = try view.samples(in: "video.m3u8").flatMap(\.self)
        #expect(PlayerView.pictureNumbers(samples) == Array(1...source.pictureNumber))
        #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.decodeTime < $1.decodeTime })
        // The headers did not change, so neither did their names.
        #expect(Set(segments.compactMap(\.initialization?.uri)) == ["video-0-init.mp4"])
    }

    @Test("times that jump without a word are a discontinuity too", arguments: [-3600_000, 3600_000])
    func silentJump(jump: Int64) throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.origin = 7200_000
        view.announce(source)
        view.play(&source, to: 8000)
        source.origin += jump
        view.play(&source, from: 8000, to: 16_000)
        view.finish()
        #expect(view.packager.counters.discontinuities == 1)
        let pictures = try view.samples(in: "video.m3u8").flatMap(\.self)
        #expect(PlayerView.pictureNumbers(pictures) == Array(1...source.pictureNumber))
        let sounds = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(sounds.count >= source.soundNumber - 2)
    }

    @Test("sound that comes seconds later joins at a sync frame, and no picture is lost", arguments: [false, true])
    func lateSound(isMuxed: Bool) throws {
        var view = PlayerView { $0.layout = isMuxed ? .muxed : .separateTracks }
        var source = SyntheticSource()
        view.announce(source)
        let sound = try #require(source.audio)
        source.audio = nil
        view.play(&source, to: 7000)
        source.audio = sound
        view.play(&source, from: 7000, to: 15_000)
        view.finish()

        let name = isMuxed ? "muxed.m3u8" : "video.m3u8"
        let pictures = try view.samples(in: name).flatMap(\.self)
        #expect(PlayerView.pictureNumbers(pictures) == Array(1...source.pictureNumber))
        #expect(view.history[name]?.map(\.isDiscontinuous).prefix(5) == [false, false, false, false, true])
        if isMuxed {
            #expect(Set(view.history[name]?.compactMap(\.initialization?.uri) ?? []).count == 2)
        } else {
            let sounds = try #require(view.playlists["audio.m3u8"]).segments
            #expect(sounds.map(\.isGap) == [true, true, true, true, false, false, false, false])
            #expect(view.packager.multivariantPlaylist?.variants.first?.audioGroup == "audio")
        }
    }

    @Test("a track that was announced and never sends does not keep the others waiting")
    func announcedAndSilent() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        source.audio = nil
        view.play(&source, to: 9000)
        view.announce(SyntheticSource(video: source.video, audio: SyntheticSource.sound()))
        view.play(&source, from: 9000, to: 15_000)
        #expect(view.packager.counters.discontinuities == 0, "only frames are a reason to begin anew")
        #expect(view.playlists["video.m3u8"]?.segments.count == 7)
        #expect(view.playlists["audio.m3u8"] == nil)
    }

    @Test("pictures that come seconds later join with their first sync frame")
    func latePictures() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        let video = try #require(source.video)
        source.video = nil
        view.play(&source, to: 8000)
        source.video = video
        view.play(&source, from: 8000, to: 16_000)
        view.finish()
        #expect(view.packager.counters.discontinuities == 1)
        #expect(view.packager.multivariantPlaylist?.variants.first?.uri == "video.m3u8")
        let videos = try #require(view.playlists["video.m3u8"]).segments
        #expect(videos.count(where: \.isGap) == 4)
        let sounds = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(sounds.count >= source.soundNumber - 2)
    }

    @Test("pictures that stop leave the sound alone, and come back")
    func picturesStop() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        let video = try #require(source.video)
        view.play(&source, to: 8000)
        source.video = nil
        view.play(&source, from: 8000, to: 24_000)
        #expect(view.packager.multivariantPlaylist?.variants.first?.uri == "audio.m3u8")
        source.video = video
        view.play(&source, from: 24_000, to: 32_000)
        view.finish()
        #expect(view.packager.multivariantPlaylist?.variants.first?.uri == "video.m3u8")
        let sounds = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(sounds.count >= source.soundNumber - 2)
    }

    @Test("sound that stops leaves gaps, and comes back without a discontinuity")
    func soundStops() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        let audio = try #require(source.audio)
        view.play(&source, to: 8000)
        source.audio = nil
        view.play(&source, from: 8000, to: 12_040)
        #expect(
            view.resources["video-\((10 + 5 * 2) * 90_000).m4s"] != nil,
            "sound that is away is waited for once, not each time")
        view.play(&source, from: 12_040, to: 16_000)
        source.audio = audio
        view.play(&source, from: 16_000, to: 24_000)
        view.finish()
        #expect(view.packager.counters.discontinuities == 0)
        let sounds = try #require(view.playlists["audio.m3u8"]).segments
        #expect(
            sounds.map(\.isGap) == [
                false, false, false, false, true, true, true, true, false, false, false, false,
            ])
        let samples = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(PlayerView.soundNumbers(samples) == Array(1...source.soundNumber))
        #expect(view.playlists["video.m3u8"]?.segments.allSatisfy { !$0.isGap } == true)
    }

    @Test("sound that is away for longer than anything is kept has its header when it comes back", arguments: [0, 500])
    func longSilence(part: Int) throws {
        var view = PlayerView {
            $0.window = .seconds(12)
            $0.partDuration = .milliseconds(part)
        }
        var source = SyntheticSource()
        view.announce(source)
        let audio = try #require(source.audio)
        view.play(&source, to: 8000)
        source.audio = nil
        view.play(&source, from: 8000, to: 80_000)
        #expect(view.playlists["audio.m3u8"]?.segments.allSatisfy(\.isGap) == true)
        source.audio = audio
        view.play(&source, from: 80_000, to: 90_000)
        #expect(view.packager.counters.discontinuities == 0)
        #expect(view.playlists["audio.m3u8"]?.segments.contains { !$0.isGap } == true)
        for (name, playlist) in view.playlists {
            for section in Set(playlist.segments.compactMap(\.initialization?.uri)) {
                #expect(view.resources[section] != nil, "\(name) needs \(section)")
            }
        }
    }

    @Test("tracks that take turns leave no more playlists behind than there may be tracks")
    func manyRenditions() {
        var view = PlayerView {
            $0.window = .seconds(12)
            $0.mostTracks = 2
        }
        var source = SyntheticSource()
        source.video = nil
        for number in UInt8(0)..<40 {
            view.now += 5000
            source.audio = SyntheticSource.sound(number: number)
            view.announce(source)
            view.play(&source, to: 5000)
        }
        #expect(view.packager.mediaPlaylists.count <= 8)
        #expect(view.resources.values.count { $0.kind == .mediaPlaylist } == view.packager.mediaPlaylists.count)
    }

    @Test("sound that is sent late is waited for", arguments: [200, 800])
    func laggingSound(lag: Int64) throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.soundLag = lag
        view.announce(source)
        view.play(&source, to: 20_000)
        view.finish()
        let sounds = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(PlayerView.soundNumbers(sounds) == Array(1...source.soundNumber))
        PlayerView.expectContinuous(sounds)
    }

    @Test("a viewer's first segment begins with the first sync frame")
    func joinInTheMiddle() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, from: 700, to: 9000)
        let pictures = try view.samples(in: "video.m3u8").flatMap(\.self)
        #expect(pictures.first?.isSync == true)
        #expect(view.playlists["video.m3u8"]?.segments.first?.duration == .seconds(2))
        let sounds = try view.samples(in: "audio.m3u8").flatMap(\.self)
        let skew = try #require(sounds.first).decodeTime - 10 * 44_100
        #expect((0..<1024).contains(skew))
    }

    @Test("codings that no browser takes are left out, and it is said why")
    func omission() {
        var view = PlayerView()
        var source = SyntheticSource()
        let speex = Track(
            id: .init(.audio), timescale: .milliseconds, configuration: CodecConfiguration(audio: .speex))
        source.audio = speex
        view.announce(source)
        view.play(&source, to: 7000)
        #expect(
            view.packager.omittedTracks
                == [OmittedTrack(id: .init(.audio), codec: .speex, reason: .codecNotInHLS)])
        #expect(view.packager.counters.framesOmitted == source.soundNumber)
        #expect(view.playlists.keys.sorted() == ["video.m3u8"])

        var silent = PlayerView()
        silent.send(.tracks([speex]))
        silent.play(&source, to: 7000)
        silent.finish()
        #expect(silent.resources.isEmpty)
    }

    @Test("a configuration that cannot be used is no reason to fail")
    func unusableConfiguration() {
        var view = PlayerView()
        let empty = Track(
            id: .init(.video), timescale: .milliseconds, configuration: CodecConfiguration(video: .h264))
        view.send(
            .tracks([empty, Track(id: .init(.video, 1), timescale: .milliseconds, configuration: .init(video: .vp6))]))
        #expect(view.packager.omittedTracks.map(\.reason) == [.recordUnusable, .codecNotInHLS])
    }
}
