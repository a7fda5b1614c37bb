import CodecParsing
import ISOBMFF
import MediaModel
import NIOCore
import SegmentPackaging
import TestSupport
import Testing

@Suite("Fragmented MP4 without end")
struct EndlessMP4Tests {
    private func muxer(_ tracks: [Track?], _ choice: TrackChoice = TrackChoice()) -> EndlessMP4Muxer {
        EndlessMP4Muxer(
            feed: TrackFeed(from: tracks.compactMap(\.self), choice: choice, container: .fragmentedMP4))
    }

    private func fragments(_ muxer: inout EndlessMP4Muxer, of frames: [MediaFrame]) throws -> [MovieFragment] {
        try frames.flatMap { frame in
            var bytes = ByteBuffer()
            muxer.write(frame, into: &bytes)
            return try MovieFragment.readAll(in: bytes)
        }
    }

    @Test("each frame is a fragment, numbered in order, with its payload and time")
    func frames() throws {
        var source = SyntheticSource()
        source.origin = 7_000
        source.compositionOffsets = [0, 66, 33]
        var muxer = muxer([source.video, source.audio])
        let header = try InitializationSegment(reading: muxer.initialization)
        #expect(header.tracks.map(\.timescale.ticksPerSecond) == [90_000, 44_100])
        let frames = source.frames(from: 0, to: 5_000)
        let fragments = try fragments(&muxer, of: frames)
        #expect(fragments.map(\.sequenceNumber) == (1...UInt32(frames.count)).map { $0 })
        var soundCount: Int64 = 0
        for (frame, fragment) in zip(frames, fragments) {
            let track = try #require(fragment.tracks.first)
            let sample = try #require(track.samples.first)
            #expect(fragment.tracks.count == 1 && track.samples.count == 1)
            #expect(sample.payload == frame.payload && sample.isSync == frame.isSync)
            if frame.track.kind == .video {
                #expect(track.trackID == 1 && track.baseMediaDecodeTime == frame.decodeTime * 90)
                #expect(sample.compositionOffset == frame.compositionOffset * 90)
            } else {
                #expect(track.trackID == 2 && track.baseMediaDecodeTime == 308_700 + soundCount * 1024)
                #expect(sample.duration == 1024)
                soundCount += 1
            }
        }
    }

    @Test("a picture is said to last as long as the one before, within bounds")
    func durations() throws {
        var source = SyntheticSource()
        let video = try #require(source.video)
        var muxer = muxer([video])
        let times: [Int64] = [0, 33, 66, 266, 299, 5_299, 5_332]
        let frames = times.map { source.picture(of: video, at: $0, isSync: $0 == 0) }
        let durations = try fragments(&muxer, of: frames).map { $0.tracks[0].samples[0].duration / 90 }
        #expect(durations == [100, 100, 100, 200, 100, 500, 100])
    }

    @Test("a jump of the sound's times is taken in steps that Media Source Extensions do not take for a break")
    func soundSteps() throws {
        var source = SyntheticSource()
        let audio = try #require(source.audio)
        var muxer = muxer([audio])
        // A publisher whose sound is a thousandth slower than its times.
        let frames = (0..<4_000).map { source.sample(of: audio, at: $0 * 1_025_024 / 44_100) }
        let found = try fragments(&muxer, of: frames).map(\.tracks[0])
        let steps = zip(found, found.dropFirst()).map { $1.baseMediaDecodeTime - $0.baseMediaDecodeTime }
        #expect(steps.allSatisfy { $0 <= 2 * 1024 })
        #expect(steps.contains { $0 > 1024 })
        let last = try #require(found.last)
        #expect(abs(last.baseMediaDecodeTime - 3_999 * 1_025_024 / 1000) < 1024)
    }

    @Test(
        "the media type names what is in the file",
        arguments: [
            (TrackChoice(), #"video/mp4; codecs="avc1.64001f,mp4a.40.2""#),
            (TrackChoice(video: .none), #"audio/mp4; codecs="mp4a.40.2""#),
            (TrackChoice(audio: .none), #"video/mp4; codecs="avc1.64001f""#),
            (TrackChoice(video: .none, audio: .none), nil),
        ] as [(TrackChoice, String?)])
    func mediaType(choice: TrackChoice, mediaType: String?) throws {
        let source = SyntheticSource()
        let muxer = muxer([source.video, source.audio], choice)
        #expect(muxer.mediaType == mediaType)
        #expect((muxer.initialization.readableBytes == 0) == (mediaType == nil))
    }

    @Test(
        "every coding that the container has is carried and named",
        arguments: [Codec.h264, .av1, .vp9, .aac, .opus, .flac, .ac3, .eac3])
    func codings(codec: Codec) throws {
        let track = try FurtherCodingTests.track(codec)
        var muxer = muxer([track])
        #expect(try InitializationSegment(reading: muxer.initialization).tracks.map(\.configuration.codec) == [codec])
        let name = try #require(track.configuration.codecString)
        #expect(muxer.mediaType?.hasSuffix("codecs=\"\(name)\"") == true)
        let frame = MediaFrame(track: track, decodeTime: 40, isSync: true, payload: ByteBuffer(string: "frame"))
        #expect(try fragments(&muxer, of: [frame]).first?.tracks.first?.samples.first?.payload == frame.payload)
    }

    @Test("among several tracks the choice decides, and what cannot be carried is told apart")
    func choices() throws {
        let first = SyntheticSource.pictures()
        let second = Track(id: .init(.video, 3), timescale: .milliseconds, configuration: first.configuration)
        let speex = Track(id: .init(.audio), timescale: .milliseconds, configuration: .init(audio: .speex))
        let sound = SyntheticSource.sound(number: 2)
        func feed(_ choice: TrackChoice) -> TrackFeed {
            TrackFeed(from: [sound, second, speex, first], choice: choice, container: .fragmentedMP4)
        }
        #expect(feed(TrackChoice()).video === first && feed(TrackChoice()).audio === sound)
        #expect(feed(TrackChoice(video: .number(3))).video === second)
        #expect(feed(TrackChoice(video: .number(9))).video === first)
        #expect(feed(TrackChoice(audio: .number(0))).audio === sound)
        #expect(feed(TrackChoice(audio: .none)).audio == nil)
        #expect(
            feed(TrackChoice()).omitted == [
                OmittedTrack(id: speex.id, codec: .speex, reason: .codecNotInHLS)
            ])
        #expect(feed(TrackChoice()).continues(feed(TrackChoice(video: .number(0)))))
        #expect(!feed(TrackChoice()).continues(feed(TrackChoice(video: .number(3)))))
        #expect(TrackChoice(video: .number(3), audio: .none).name == "v3a-")
    }

    @Test("with other tracks, numbers go on, and so do the times of tracks that stay")
    func change() throws {
        var source = SyntheticSource()
        var muxer = muxer([source.audio])
        let before = try fragments(&muxer, of: source.frames(from: 0, to: 1_000).filter { $0.track.kind == .audio })
        muxer.change(
            to: TrackFeed(
                from: [source.video, source.audio].compactMap(\.self), choice: TrackChoice(),
                container: .fragmentedMP4))
        let after = try fragments(&muxer, of: source.frames(from: 1_000, to: 2_000))
        #expect(after.first?.sequenceNumber == UInt32(before.count + 1))
        let sound = before.map(\.tracks[0]) + after.map(\.tracks[0]).filter { $0.trackID == 2 }
        #expect(sound.map(\.baseMediaDecodeTime) == (0..<sound.count).map { Int64($0) * 1024 })
    }

    @Test("frames of others, and empty ones, write nothing")
    func nothing() throws {
        var source = SyntheticSource()
        let video = try #require(source.video)
        var muxer = muxer([video])
        var bytes = ByteBuffer()
        muxer.write(MediaFrame(track: video, decodeTime: 0, isSync: true, payload: ByteBuffer()), into: &bytes)
        let other = SyntheticSource.pictures(record: SyntheticSource.otherPictureRecord)
        muxer.write(source.picture(of: other, at: 0, isSync: true), into: &bytes)
        #expect(bytes.readableBytes == 0)
        // The same track, announced once more.
        muxer.write(source.picture(of: SyntheticSource.pictures(), at: 0, isSync: true), into: &bytes)
        #expect(bytes.readableBytes > 0)
    }

    @Test("a reference time stands before the fragment that it speaks of")
    func referenceTime() throws {
        var source = SyntheticSource()
        let video = try #require(source.video)
        var muxer = muxer([video])
        var bytes = ByteBuffer()
        muxer.write(
            source.picture(of: video, at: 2_000, isSync: true), referenceTime: 1_763_740_000_123, into: &bytes)
        var reader = BoxReader(bytes)
        let time = try ProducerReferenceTime(reading: try #require(try reader.next()))
        #expect(time.mediaTime == 180_000 && time.trackID == 1)
        #expect(time.millisecondsSince1970 == 1_763_740_000_123)
        #expect(try reader.next()?.type == "moof")
    }
}
