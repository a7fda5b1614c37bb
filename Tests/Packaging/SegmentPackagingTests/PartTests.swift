import ISOBMFF
import M3U8
import MediaModel
import NIOCore
import SegmentPackaging
import TestSupport
import Testing

@Suite("Segments in parts")
struct PartTests {
    @Test("parts go out as soon as the frame behind them is there")
    func promptness() throws {
        var view = PlayerView { $0.partDuration = .milliseconds(200) }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 2040)
        // The first segment settles what a part is, and is published with its parts.
        let playlist = try #require(view.playlists["video.m3u8"])
        #expect(playlist.partTarget == .milliseconds(210))
        #expect(playlist.segments.count == 1)
        #expect(playlist.segments[0].parts.map(\.duration) == .init(repeating: .milliseconds(200), count: 10))
        #expect(playlist.segments[0].parts.map(\.isIndependent) == [true] + .init(repeating: false, count: 9))
        #expect(playlist.segmentUnderConstruction == nil)
        view.play(&source, from: 2040, to: 2200)
        #expect(view.playlists["video.m3u8"]?.segmentUnderConstruction == nil)
        let hint = try #require(view.playlists["video.m3u8"]?.preloadHints.first)
        view.play(&source, from: 2200, to: 2234)
        let part = try #require(view.playlists["video.m3u8"]?.segmentUnderConstruction?.parts.first)
        #expect(part.uri == hint.uri)
        #expect(part.isIndependent && part.duration == .milliseconds(200))
        let open = try #require(view.packager.segmentsUnderConstruction["video.m3u8"])
        #expect(open.number == 1 && open.name == "video-1080000.m4s")
        #expect(open.start == MediaTime(900_000 + 180_000, .mpeg) && open.end.value == open.start.value + 18_000)
        #expect(open.parts == [view.resources[part.uri]?.bytes])
        #expect(
            view.packager.times(in: "video.m3u8").map { $0?.duration } == [180_000]
                && view.packager.times(in: "video.m3u8").first??.start == MediaTime(900_000, .mpeg))
    }

    @Test("a playlist whose first header belongs to a segment that is not whole says the version that it needs")
    func versionOfOpenSegment() throws {
        var view = PlayerView { $0.partDuration = .milliseconds(200) }
        var source = SyntheticSource()
        view.announce(source)
        let sound = source.audio
        source.audio = nil
        view.play(&source, to: 7000)
        source.audio = sound
        view.play(&source, from: 7000, to: 9000)
        let playlist = try #require(view.playlists["audio.m3u8"])
        #expect(playlist.segments.allSatisfy { $0.isGap && $0.initialization == nil })
        #expect(playlist.segmentUnderConstruction?.initialization != nil)
        #expect(playlist.requiredVersion == 6 && playlist.divergentVersion == nil)
    }

    @Test("what is offered keeps the distances that the rules ask for")
    func serverControl() throws {
        var view = PlayerView { $0.partDuration = .milliseconds(500) }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 20_000)
        let playlist = try #require(view.playlists["video.m3u8"])
        #expect(playlist.partTarget == .milliseconds(500))
        #expect(
            playlist.serverControl
                == ServerControl(
                    canBlockReload: true, holdBack: .seconds(6), partHoldBack: .milliseconds(1500),
                    canSkipUntil: .seconds(12)))
        // Eighteen seconds are whole: three target durations from the end, and one before it.
        #expect(
            playlist.segments.map { !$0.parts.isEmpty } == .init(repeating: false, count: 5)
                + .init(repeating: true, count: 4))
        #expect(view.resources["video.m3u8"]?.deltaUpdate != nil)
        #expect(playlist.renditionReports.map(\.uri) == ["audio.m3u8"])
        #expect(playlist.renditionReports.first?.lastSequence == 9)
    }

    @Test("without parts nothing is different", arguments: [false, true])
    func off(isTransportStream: Bool) throws {
        var view = PlayerView {
            if isTransportStream {
                $0.container = .transportStream
                $0.partDuration = .milliseconds(200)
            }
        }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 9000)
        view.finish()
        #expect(view.partsMade == 0)
        for (name, playlist) in view.playlists {
            #expect(playlist.serverControl == nil && playlist.partTarget == nil && playlist.preloadHints.isEmpty)
            #expect(view.resources[name]?.edge == nil && view.resources[name]?.deltaUpdate == nil)
        }
    }

    @Test("a publisher who ends and comes back completes its parts, and begins again behind a discontinuity")
    func restart() throws {
        var view = PlayerView {
            $0.partDuration = .milliseconds(200)
            $0.window = .seconds(12)
        }
        var source = SyntheticSource()
        for round in 0..<4 {
            source.origin = Int64(round) * 777
            view.announce(source)
            view.play(&source, to: 5300)
            if round == 1 {
                view.send(.discontinuity)
                #expect(view.playlists["video.m3u8"]?.isEnded == false)
                #expect(view.playlists["video.m3u8"]?.segmentUnderConstruction == nil)
            } else {
                view.finish()
                let playlist = try #require(view.playlists["video.m3u8"])
                #expect(playlist.isEnded && playlist.preloadHints.isEmpty && playlist.segmentUnderConstruction == nil)
            }
        }
        let pictures = try view.samples(in: "video.m3u8").flatMap(\.self)
        #expect(PlayerView.pictureNumbers(pictures) == Array(1...source.pictureNumber))
        let sounds = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(PlayerView.soundNumbers(sounds) == Array(1...source.soundNumber))
        #expect(view.packager.counters.discontinuities == 3)
        #expect(view.packager.counters.parts == view.partsMade)
        #expect(view.packager.counters.overlongParts == 0)
    }

    @Test("scene cuts make segments shorter, not dependent")
    func sceneCuts() throws {
        var view = PlayerView { $0.partDuration = .milliseconds(200) }
        var source = SyntheticSource()
        view.announce(source)
        let video = try #require(source.video)
        // Every two seconds a sync frame, and one more at each cut, from which the two seconds begin anew.
        var sinceSync = 0
        for index in 0..<3000 {
            let isCut = [150, 400, 430, 900, 1234, 1250, 1262, 2000].contains(index)
            let isSync = sinceSync == 60 || isCut || index == 0
            sinceSync = isSync ? 1 : sinceSync + 1
            view.now += 33
            view.send(.frame(source.picture(of: video, at: Int64(index) * 1000 / 30, isSync: isSync)))
            let sound = try #require(source.audio)
            view.send(.frame(source.sample(of: sound, at: Int64(index) * 1000 / 30)))
        }
        #expect(view.forced.isEmpty)
        #expect(view.playlists["video.m3u8"]?.hasIndependentSegments == true)
    }

    @Test("a frame that lasts longer than any part may is the only exception, and is counted")
    func hole() throws {
        var view = PlayerView { $0.partDuration = .milliseconds(200) }
        view.isExpected = {
            switch $0 {
            case .partLongerThanTarget, .partTooShort: true
            default: false
            }
        }
        var source = SyntheticSource()
        source.audio = nil
        view.announce(source)
        view.play(&source, to: 5000)
        #expect(view.packager.counters.overlongParts == 0)
        view.play(&source, from: 5700, to: 9000)
        #expect(view.packager.counters.overlongParts == 1)
        let samples = try view.samples(in: "video.m3u8").flatMap(\.self)
        PlayerView.expectContinuous(samples)
    }

    @Test(
        "every rule holds after every frame, whatever the rates",
        arguments: [
            (15, 30, 200), (24, 48, 200), (25, 25, 200), (25, 250, 500), (30, 60, 333), (30, 17, 200), (50, 100, 250),
            (60, 61, 1000), (60, 240, 100), (10, 20, 200), (12, 12, 200), (30, 90, 1500), (5, 5, 200),
        ])
    func rates(frameRate: Int, groupLength: Int, part: Int) throws {
        var view = PlayerView { $0.partDuration = .milliseconds(part) }
        view.checksIntervals = true
        var source = SyntheticSource()
        source.frameRate = frameRate
        source.groupLength = groupLength
        source.soundLag = Int64(groupLength % 7) * 23
        source.compositionOffsets = [67, 167, 67, 0]
        view.announce(source)
        view.play(&source, to: 40_000)
        view.finish()
        let pictures = try view.samples(in: "video.m3u8").flatMap(\.self)
        #expect(PlayerView.pictureNumbers(pictures) == Array(1...source.pictureNumber))
        let sounds = try view.samples(in: "audio.m3u8").flatMap(\.self)
        #expect(PlayerView.soundNumbers(sounds) == Array(1...source.soundNumber))
        PlayerView.expectContinuous(pictures)
        PlayerView.expectContinuous(sounds)
        #expect(view.packager.counters.overlongParts == 0)
        #expect(view.partsMade > 40_000 / part)
    }

    @Test(
        "every quality has parts of its own, and all have the same segments",
        arguments: [[0, 0], [67, 133], [133, 0], [0, 400], [400, 67]] as [[Int64]])
    func ladder(delays: [Int64]) throws {
        var view = PlayerView { $0.partDuration = .milliseconds(200) }
        view.checksIntervals = true
        let sound = SyntheticSource.sound()
        var source = LadderSource(
            qualities: [
                .init(track: LadderSource.pictures(0, width: 1280, height: 720), delay: delays[0]),
                .init(track: LadderSource.pictures(1, width: 640, height: 360), delay: delays[1]),
            ], sounds: [sound])
        view.send(.tracks(source.tracks))
        for frame in source.frames(from: 0, to: 20_000) {
            view.now += 8
            view.send(.frame(frame))
        }
        // The last pictures of each are decoded at times of their own.
        view.isExpected = { if case .boundariesDiffer = $0 { true } else { false } }
        view.finish()
        #expect(view.packager.counters.unalignedSegments == 0 && view.forced.isEmpty)
        #expect(view.packager.counters.overlongParts == 0)
        for name in ["video.m3u8", "video-1.m3u8", "audio.m3u8"] {
            let samples = try view.samples(in: name).flatMap(\.self)
            PlayerView.expectContinuous(samples)
            #expect(view.playlists[name]?.segments.last?.parts.isEmpty == false)
        }
        #expect(view.playlists["video-1.m3u8"]?.hasIndependentSegments == true)
    }

    @Test("nothing breaks the other rules, whatever comes", arguments: 1...4)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var view = PlayerView {
            $0.partDuration = .milliseconds(Int64(100 + random.next() % 400))
            $0.mostBytesInSegment = 20_000
            $0.mostFramesInSegment = 2000
            $0.mostBytes = 200_000
        }
        // Frames that come as they like cannot be put into parts of one length.
        view.isExpected = {
            switch $0 {
            case .partLongerThanTarget, .partTooShort: true
            default: HostileStreamTests.isBoundByMemory($0)
            }
        }
        let source = LadderSource(
            qualities: [
                .init(track: LadderSource.pictures(0, width: 1280, height: 720)),
                .init(track: LadderSource.pictures(1, width: 640, height: 360)),
            ], sounds: [SyntheticSource.sound()])
        view.send(.tracks(source.tracks))
        var times: [Int64] = [0, 0, 0]
        for _ in 0..<3000 {
            view.now += 10
            switch random.next() % 400 {
            case 0: times = times.map { $0 &+ Int64(random.next() % 20_000) &- 10_000 }
            case 1: view.send(.discontinuity)
            case 2: view.finish()
            case 3: times[Int(random.next() % 3)] = Int64(bitPattern: random.next())
            default: break
            }
            let index = Int(random.next() % 3)
            times[index] = times[index] &+ Int64(random.next() % 60)
            view.send(
                .frame(
                    MediaFrame(
                        track: source.tracks[index], decodeTime: times[index],
                        compositionOffset: Int32(random.next() % 200), isSync: random.next() % 20 == 0 || index == 2,
                        payload: ByteBuffer(repeating: 0x80, count: Int(1 + random.next() % 300)))))
        }
        view.finish()
        #expect(view.packager.counters.parts == view.partsMade)
        #expect(view.packager.resources.count < 3000)
    }
}
