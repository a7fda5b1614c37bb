import M3U8
import MediaModel
import NIOCore
import SegmentPackaging
import TestSupport
import Testing

@Suite("A stream that means harm")
struct HostileStreamTests {
    @Test("groups of pictures longer than promised are cut by force, and the promise holds")
    func longGroups() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 6000)
        source.groupLength = 300
        view.play(&source, from: 6000, to: 40_000)
        let playlist = try #require(view.playlists["video.m3u8"])
        #expect(playlist.targetDuration == 2)
        #expect(!playlist.hasIndependentSegments)
        #expect(!view.forced.isEmpty)
        #expect(playlist.segments.allSatisfy { $0.duration < .milliseconds(2500) })
        let pictures = try view.samples(in: "video.m3u8").flatMap(\.self)
        PlayerView.expectContinuous(pictures)
    }

    @Test("the first group of pictures settles the target duration", arguments: [(60, 2), (250, 8), (900, 12)])
    func targetDuration(groupLength: Int, target: Int) throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.groupLength = groupLength
        view.announce(source)
        view.play(&source, to: 60_000)
        #expect(view.packager.targetDuration == target)
        #expect(view.forced.isEmpty == (groupLength < 900))
    }

    @Test("no sync frame for minutes: sound alone, and memory does not grow")
    func neverSync() {
        var view = PlayerView()
        var source = SyntheticSource()
        source.groupLength = 1_000_000
        view.announce(source)
        view.play(&source, from: 1000, to: 180_000)
        #expect(view.packager.multivariantPlaylist?.variants.first?.uri == "audio.m3u8")
        #expect(view.resources.count < 100)
    }

    @Test("one sync frame, and then never again")
    func oneSync() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.groupLength = 1_000_000
        view.announce(source)
        view.play(&source, to: 120_000)
        let playlist = try #require(view.playlists["video.m3u8"])
        #expect(playlist.targetDuration == 12)
        #expect(playlist.segments.allSatisfy { $0.duration <= .seconds(12.5) })
    }

    @Test("a part ends with so many frames, whatever their times")
    func partsOfOneMoment() throws {
        var view = PlayerView { $0.partDuration = .milliseconds(200) }
        // The part that had begun ends where the times stop.
        view.isExpected = { if case .partTooShort = $0 { true } else { false } }
        var source = SyntheticSource()
        source.audio = nil
        view.announce(source)
        view.play(&source, to: 4_000)
        let track = try #require(source.video)
        let before = view.resources.count
        for _ in 0..<9_000 { view.send(.frame(source.picture(of: track, at: 4_000, isSync: false))) }
        #expect(view.resources.count == before + 3)
    }

    @Test("times that stand still", arguments: [0, 1_000_000])
    func standingStill(time: Int64) {
        var view = PlayerView {
            $0.mostBytesInSegment = 20_000
            $0.mostFramesInSegment = 2000
            $0.mostBytes = 200_000
        }
        view.isExpected = Self.isBoundByMemory
        var source = SyntheticSource()
        view.announce(source)
        for index in 0..<30_000 {
            view.now += 33
            if let video = source.video {
                view.send(.frame(source.picture(of: video, at: time, isSync: index % 60 == 0)))
            }
            if let audio = source.audio { view.send(.frame(source.sample(of: audio, at: time))) }
        }
        view.finish()
        let bytes = view.resources.values.reduce(0) { $0 + $1.bytes.readableBytes }
        #expect(bytes < 400_000)
        #expect(view.packager.counters.discontinuities < 400)
    }

    @Test("the headers of a stream that keeps changing count among the bytes that are kept")
    func manyHeaders() {
        var view = PlayerView { $0.mostBytes = 1 << 20 }
        view.isExpected = Self.isBoundByMemory
        var source = SyntheticSource()
        source.groupLength = 30
        for change in UInt8(0)..<60 {
            // One more parameter set of 40,000 bytes, which no frame needs.
            var record = ByteBuffer(
                buffer: change % 2 == 0 ? SyntheticSource.pictureRecord : SyntheticSource.otherPictureRecord)
            record.setInteger(UInt8(2), at: record.writerIndex - 9)
            record.writeInteger(UInt16(40_000))
            record.writeInteger(UInt8(0x68))
            record.writeRepeatingByte(0x80 | change, count: 39_999)
            source.video = SyntheticSource.pictures(record: record)
            source.origin = Int64(change) * 4_000
            view.announce(source)
            view.play(&source, to: 4_000)
        }
        view.finish()
        #expect(view.packager.counters.discontinuities >= 50)
        let headers = view.resources.values.filter { $0.kind == .initializationSection }
        #expect(headers.allSatisfy { $0.length < 50_000 } && headers.contains { $0.length > 40_000 })
        let kept = view.resources.values.filter { [.initializationSection, .segment].contains($0.kind) }
        #expect(kept.reduce(0) { $0 + $1.length } < 1 << 20 + 200_000)
    }

    @Test("times that leap with every frame make so many segments at once, and so many with time")
    func leaps() throws {
        var view = PlayerView()
        view.isExpected = { _ in true }
        var source = SyntheticSource()
        source.video = nil
        view.announce(source)
        let sound = try #require(source.audio)
        func leap(_ count: Int, from time: Int64) {
            for index in 0..<Int64(count) {
                view.send(.frame(source.sample(of: sound, at: sound.timescale.ticksPerSecond * 2 * (time + index))))
            }
        }
        leap(5_000, from: 0)
        #expect((500...601).contains(view.packager.counters.segments))
        let left = view.packager.counters.framesWhileUnsettled
        #expect(left > 4_000)
        view.now += 1_000
        leap(50, from: 5_000)
        #expect(view.packager.counters.segments > 630)
        #expect(view.packager.counters.framesWhileUnsettled == left)
    }

    @Test("a clock that is set back costs no frame, however many segments follow")
    func clockSetBack() {
        var view = PlayerView { $0.targetDuration = .milliseconds(500) }
        view.isExpected = { _ in true }
        var source = SyntheticSource()
        source.groupLength = 15
        view.announce(source)
        view.play(&source, to: 10_000)
        view.now -= 7_200_000
        view.play(&source, from: 10_000, to: 400_000)
        #expect(view.packager.counters.segments > 620)
        #expect(view.packager.counters.framesWhileUnsettled == 0)
    }

    @Test("times at random", arguments: 1...8)
    func randomTimes(seed: UInt64) {
        var view = PlayerView {
            $0.mostBytesInSegment = 20_000
            $0.mostFramesInSegment = 2000
            $0.mostBytes = 200_000
        }
        view.isExpected = Self.isBoundByMemory
        let source = SyntheticSource()
        var random = SeededGenerator(seed: seed)
        view.announce(source)
        var time: Int64 = 0
        for _ in 0..<6000 {
            view.now += 10
            switch random.next() % 50 {
            case 0: time = Int64(bitPattern: random.next())
            case 1: time = time &+ Int64(random.next() % 20_000) &- 10_000
            case 2: view.send(.discontinuity)
            case 3: view.announce(source)
            case 4: time = random.next() % 2 == 0 ? .max : .min
            default: time = time &+ Int64(random.next() % 60)
            }
            let track = random.next() % 2 == 0 ? source.video : source.audio
            guard let track else { continue }
            view.send(
                .frame(
                    MediaFrame(
                        track: track, decodeTime: time,
                        compositionOffset: Int32(truncatingIfNeeded: random.next() >> UInt64(random.next() % 64)),
                        isSync: random.next() % 10 == 0,
                        payload: ByteBuffer(repeating: 0x80, count: Int(random.next() % 300)))))
        }
        view.finish()
        let bytes = view.resources.values.reduce(0) { $0 + $1.bytes.readableBytes }
        #expect(bytes < 600_000)
    }

    @Test("tracks that change with every frame cost no more than a few epochs")
    func flapping() {
        var view = PlayerView()
        var source = SyntheticSource()
        source.audio = nil
        for index in 0..<10_000 {
            view.now += 33
            let record =
                index / 5 % 2 == 0 ? SyntheticSource.pictureRecord : SyntheticSource.otherPictureRecord
            if index % 5 == 0 { source.video = SyntheticSource.pictures(record: record) }
            if index % 5 == 0 { view.announce(source) }
            if let video = source.video {
                view.send(.frame(source.picture(of: video, at: Int64(index) * 33, isSync: true)))
            }
        }
        view.finish()
        // 330 seconds: ten at once and one in three seconds.
        #expect(view.packager.counters.discontinuities <= 121)
        #expect(view.packager.counters.framesPackaged > 0)
    }

    @Test("frames larger than a segment may be are left out, and segments in their place are smaller")
    func hugeFrames() {
        var view = PlayerView {
            $0.mostBytesInSegment = 100_000
            $0.mostBytes = 1_000_000
        }
        view.isExpected = Self.isBoundByMemory
        var source = SyntheticSource()
        view.announce(source)
        guard let video = source.video else { return }
        for index in 0..<900 {
            let size = index % 100 == 7 ? 500_000 : 20_000
            view.send(.frame(source.picture(of: video, at: Int64(index) * 33, isSync: index % 60 == 0, size: size)))
        }
        #expect(view.packager.counters.framesTooLarge == 9)
        #expect(view.resources.values.allSatisfy { $0.bytes.readableBytes < 130_000 })
        let bytes = view.resources.values.reduce(0) { $0 + $1.bytes.readableBytes }
        #expect(bytes < 1_200_000)
    }

    @Test("pictures shown years from their decoding are shown at most ten seconds from it")
    func compositionOffsets() throws {
        var view = PlayerView()
        var source = SyntheticSource()
        source.compositionOffsets = [.max, .min, 40]
        source.audio = nil
        view.announce(source)
        view.play(&source, to: 3000)
        let samples = try view.samples(in: "video.m3u8").flatMap(\.self)
        #expect(samples.prefix(3).map(\.compositionOffset) == [-900_000, 3600, 900_000])
    }

    @Test("more tracks than may be are left out")
    func manyTracks() {
        var view = PlayerView()
        view.send(.tracks((0..<255).map { SyntheticSource.sound(number: UInt8($0)) }))
        #expect(view.packager.omittedTracks.count == 247)
        #expect(view.packager.omittedTracks.allSatisfy { $0.reason == .tooManyTracks })
    }

    @Test("a stream of an hour needs no more memory than one of a minute")
    func hour() {
        var view = PlayerView()
        var source = SyntheticSource()
        source.frameRate = 1
        source.groupLength = 2
        source.audio = nil
        view.announce(source)
        view.play(&source, to: 3600_000)
        #expect(view.resources.count < 70)
        #expect(view.packager.counters.segments == 1799)
    }

    /// What the bounds in bytes may force: short playlists of short segments.
    static func isBoundByMemory(_ finding: PlaylistFinding) -> Bool {
        switch finding {
        case .playlistTooShort, .tooFewSegments, .boundariesDiffer, .programDateTimeInconsistent: true
        default: false
        }
    }
}
