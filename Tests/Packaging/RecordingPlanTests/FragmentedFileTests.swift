import ISOBMFF
import MediaModel
import NIOCore
import Testing

@testable import RecordingPlan

@Suite("Recordings in fragmented MP4")
struct FragmentedFileTests {
    private func plan(longest: Int64 = 0) throws -> FilePlan {
        FilePlan(path: try StreamPath("live/show"), format: .fragmentedMP4, longestMilliseconds: longest)
    }

    /// What a file has of a track, by the number of the track in it.
    private func samples(_ file: Written.File, _ trackID: UInt32) throws -> [FragmentSample] {
        try MovieFragment.readAll(in: file.bytes).flatMap { $0.tracks.filter { $0.trackID == trackID } }
            .flatMap(\.samples)
    }

    @Test("every frame is there, in order, from time 0 on, each as long as the next is away")
    func everything() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let elements = source.elements(from: 7_000, to: 17_000)
        written.append([source.tracks] + elements, to: &plan)
        written.finish(&plan)
        let file = try #require(written.files.first)
        #expect(written.files.count == 1 && file.ending == .streamEnded)
        #expect(file.beginning.name.relativePath() == "live/show/2026-11-30T08-00-00Z.mp4")
        let header = try InitializationSegment(reading: file.bytes)
        #expect(header.tracks.map(\.configuration.codec) == [.h264, .aac])
        #expect(try samples(file, 1).map(\.payload) == elements.payloads(.init(.video)))
        #expect(try samples(file, 2).map(\.payload) == elements.payloads(.init(.audio)))
        #expect(try samples(file, 1).allSatisfy { $0.duration == 3_600 })
        #expect(try samples(file, 2).allSatisfy { $0.duration == 1_024 })
        let fragments = try MovieFragment.readAll(in: file.bytes)
        #expect(fragments.map(\.sequenceNumber) == (1...UInt32(fragments.count)).map { $0 })
        // Sound begins up to a frame before or behind the picture, and neither before the file.
        let starts = fragments[0].tracks.map(\.baseMediaDecodeTime)
        #expect(starts.min() == 0 && starts.allSatisfy { $0 < 3_600 })
        // A fragment for each second's group of pictures, which begins with a sync frame.
        let groups = fragments.compactMap { $0.tracks.first { $0.trackID == 1 }?.samples }
        #expect(groups.allSatisfy { $0[0].isSync && $0.count == 25 } && groups.count == 10)
        #expect(file.blocks.map(\.frameCount).reduce(0, +) == elements.count)
        #expect(abs(try #require(file.duration) - 10_000) < 50)
    }

    @Test("groups that are long are written every two seconds")
    func longGroups() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let elements = source.elements(from: 0, to: 20_000, group: 10_000)
        written.append([source.tracks] + elements, to: &plan)
        #expect(written.files[0].blocks.count == 9)
        written.finish(&plan)
        #expect(try samples(written.files[0], 1).map(\.payload) == elements.payloads(.init(.video)))
    }

    @Test("a recording that begins in mid-stream begins with a sync frame, and its sound with it")
    func midStream() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        written.append([source.tracks] + source.elements(from: 1_100, to: 4_000), to: &plan)
        written.finish(&plan)
        let pictures = try samples(written.files[0], 1)
        #expect(pictures.count == 50 && pictures[0].isSync)
        let fragment = try MovieFragment.readAll(in: written.files[0].bytes)[0]
        #expect(fragment.tracks.allSatisfy { $0.baseMediaDecodeTime < 3_600 })
        #expect(try samples(written.files[0], 2).count == 86)
    }

    @Test("sound that comes before the first picture of a stream is kept")
    func earlySound() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let (video, audio) = (try #require(source.video), try #require(source.audio))
        let early = source.frame(audio, at: 0)
        written.append([.tracks([audio]), early, .tracks([video, audio])], to: &plan)
        let rest = source.elements(from: 40, to: 2_000, group: 1)
        written.append(rest, to: &plan)
        written.finish(&plan)
        #expect(written.files.count == 1)
        #expect(try samples(written.files[0], 2).map(\.payload) == ([early] + rest).payloads(.init(.audio)))
    }

    @Test("all tracks of several are recorded")
    func multitrack() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let tracks = [Source.pictures(), Source.pictures(1), Source.sound(), Source.sound(1)]
        var elements: [StreamElement] = [.tracks(tracks)]
        for index in Int64(0)..<100 {
            elements += tracks.map { source.frame($0, at: index * 40, isSync: index % 25 == 0 || $0.kind == .audio) }
        }
        written.append(elements, to: &plan)
        written.finish(&plan)
        for (index, track) in tracks.enumerated() {
            let found = try samples(written.files[0], UInt32(index + 1)).map(\.payload)
            #expect(found == elements.payloads(track.id))
        }
    }

    @Test("a track that the format cannot carry is named, and left out")
    func omitted() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let speex = Track(
            id: .init(.audio, 1), timescale: .milliseconds,
            configuration: CodecConfiguration(
                audio: .speex, format: AudioFormat(sampleRate: 16_000, channelCount: 1)))
        written.append(
            [.tracks([source.video, source.audio, speex].compactMap { $0 })] + source.elements(from: 0, to: 1_500)
                + [source.frame(speex, at: 1_500)],
            to: &plan)
        written.finish(&plan)
        let beginning = written.files[0].beginning
        #expect(
            beginning.omitted == [OmittedTrack(id: .init(.audio, 1), codec: .speex, reason: .codecWithoutPlace)])
        #expect(try InitializationSegment(reading: written.files[0].bytes).tracks.count == 2)
    }

    @Test("pictures in another configuration begin another file, and no frame is lost")
    func otherPictures() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let before = source.elements(from: 0, to: 3_500)
        written.append([source.tracks] + before, to: &plan)
        source.video = Source.pictures(record: Source.otherRecord)
        let after = source.elements(from: 4_000, to: 6_000)
        written.append([source.tracks] + after, to: &plan)
        written.finish(&plan)
        #expect(written.files.map(\.ending) == [.tracksChanged, .streamEnded])
        #expect(try samples(written.files[0], 1).map(\.payload) == before.payloads(.init(.video)))
        #expect(try samples(written.files[1], 1).map(\.payload) == after.payloads(.init(.video)))
        let header = try InitializationSegment(reading: written.files[1].bytes)
        #expect(header.tracks[0].configuration.record == source.video?.configuration.record)
    }

    @Test("sound in another configuration waits for the next sync frame, and none of it is lost")
    func otherSound() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        var elements = [source.tracks] + source.elements(from: 0, to: 3_500)
        source.audio = Source.sound(record: "1190")
        elements += [source.tracks] + source.elements(from: 3_500, to: 6_000)
        written.append(elements, to: &plan)
        written.finish(&plan)
        #expect(written.files.map(\.ending) == [.tracksChanged, .streamEnded])
        let sound = try written.files.flatMap { try samples($0, 2) }
        #expect(sound.map(\.payload) == elements.payloads(.init(.audio)))
        let pictures = try written.files.map { try samples($0, 1) }
        #expect(pictures.map(\.count) == [100, 50] && pictures[1][0].isSync)
    }

    @Test("a publisher who comes back goes on in the same file")
    func comesBack() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let before = source.elements(from: 0, to: 3_500)
        written.append([source.tracks] + before, to: &plan)
        source.video = Source.pictures()
        source.audio = Source.sound()
        let after = source.elements(from: 8_000, to: 10_000)
        written.append([source.tracks, .discontinuity] + after, to: &plan)
        written.finish(&plan)
        #expect(written.files.count == 1)
        let pictures = try samples(written.files[0], 1)
        #expect(pictures.map(\.payload) == (before + after).payloads(.init(.video)))
        // The last picture before the gap does not last as long as the gap.
        #expect(pictures.allSatisfy { $0.duration == 3_600 })
        let starts = try MovieFragment.readAll(in: written.files[0].bytes).flatMap(\.tracks)
            .filter { $0.trackID == 1 }.map(\.baseMediaDecodeTime)
        #expect(starts.contains(8_000 * 90))
    }

    @Test("a file that is long enough ends at a sync frame, and the next goes on with it")
    func longest() throws {
        var (source, plan, written) = (Source(), try plan(longest: 2_500), Written())
        let elements = source.elements(from: 0, to: 8_000)
        written.append([source.tracks] + elements, to: &plan)
        written.finish(&plan)
        #expect(written.files.map(\.ending) == [.longEnough, .longEnough, .streamEnded])
        let pictures = try written.files.map { try samples($0, 1) }
        #expect(pictures.map(\.count) == [75, 75, 50] && pictures.allSatisfy { $0[0].isSync })
        #expect(pictures.flatMap { $0 }.map(\.payload) == elements.payloads(.init(.video)))
        let sound = try written.files.flatMap { try samples($0, 2) }
        #expect(sound.map(\.payload) == elements.payloads(.init(.audio)))
    }

    @Test("after a block that could not be written it goes on at the next sync frame, and counts what is lost")
    func loss() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        written.append([source.tracks] + source.elements(from: 0, to: 3_500), to: &plan)
        let kept = written.files[0].blocks.map(\.frameCount).reduce(0, +)
        let lost = plan.skip()
        let onTheWay = source.elements(from: 3_500, to: 4_000)
        let after = source.elements(from: 4_000, to: 6_000)
        written.append(onTheWay + after, to: &plan)
        #expect(plan.takePassedOver() == onTheWay.count && plan.takePassedOver() == 0)
        written.finish(&plan)
        let all = source.elements(from: 0, to: 3_500).count
        #expect(lost == all - kept && lost > 0)
        let pictures = try samples(written.files[0], 1)
        #expect(Array(pictures.map(\.payload).suffix(50)) == after.payloads(.init(.video)))
        #expect(written.files.count == 1 && pictures[pictures.count - 50].isSync)
        let ends = written.files[0].blocks.map(\.frameCount).reduce(0, +)
        #expect(ends == kept + after.count)
    }

    @Test("sound alone is recorded, and so is a stream whose pictures never come")
    func soundAlone() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let announced = source.tracks
        source.video = nil
        let elements = source.elements(from: 0, to: 10_000)
        written.append([announced] + elements, to: &plan)
        written.finish(&plan)
        #expect(try samples(written.files[0], 2).map(\.payload) == elements.payloads(.init(.audio)))
        written = Written()
        plan = try self.plan()
        written.append([source.tracks] + elements, to: &plan)
        #expect(written.files[0].blocks.count == 4)
        written.finish(&plan)
        #expect(try samples(written.files[0], 1).map(\.payload) == elements.payloads(.init(.audio)))
    }

    @Test("a stream without frames leaves no file")
    func nothing() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        written.append([source.tracks, .discontinuity, .metadata(nil)], to: &plan)
        written.append([source.frame(try #require(source.video), at: 0, isSync: false)], to: &plan)
        written.finish(&plan)
        #expect(written.files.isEmpty)
    }

    @Test("what waits is bounded, whatever a publisher sends")
    func bounds() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let (video, audio) = (try #require(source.video), try #require(source.audio))
        written.append([source.tracks, source.frame(video, at: 0)], to: &plan)
        for _ in 0..<40 { written.append([source.frame(video, at: 0, isSync: false, size: 1 << 20)], to: &plan) }
        #expect(written.files[0].blocks.count == 2)
        // Sound without end in a configuration that the file has no place for, and pictures that never can be begun with.
        let other = Source.sound(record: "1190")
        written.append([.tracks([video, other])], to: &plan)
        for _ in 0..<40 { written.append([source.frame(other, at: 1, size: 1 << 20)], to: &plan) }
        #expect(written.files[0].ending == .tracksChanged && written.files.count == 2)
        _ = audio
    }

    @Test("a change of the tracks looks at the tracks that wait, not at their frames")
    func tracksInTurn() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let video = try #require(source.video)
        written.append([source.tracks], to: &plan)
        for index in 0..<1_000 { written.append([source.frame(video, at: 0, isSync: index == 0)], to: &plan) }
        for index in 0..<10 {
            // Equal pictures under another object are the same track.
            let tracks = [Source.pictures(), Source.sound(record: index % 2 == 0 ? "1190" : "1210")]
            written.append([.tracks(tracks), source.frame(tracks[0], at: 0, isSync: false)], to: &plan)
        }
        #expect(plan.waitingTracks.map(\.id) == [.init(.video)] && written.files.isEmpty)
        written.finish(&plan)
        #expect(try samples(written.files[0], 1).count == 1_010)
    }

    @Test("what came under tracks that are no more before a block was whole is a file of its own")
    func earlyChange() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let before = source.elements(from: 0, to: 200)
        written.append([source.tracks] + before, to: &plan)
        source.audio = Source.sound(record: "1190")
        let after = source.elements(from: 1_000, to: 3_000)
        written.append([source.tracks], to: &plan)
        #expect(written.files.count == 1 && written.files[0].ending == .tracksChanged)
        written.append(after, to: &plan)
        written.finish(&plan)
        #expect(
            try written.files.flatMap { try samples($0, 2) }.map(\.payload) == (before + after).payloads(.init(.audio)))
    }

    /// Pictures that change between two configurations, each time with `group` sync frames half a second apart, 40 ms of
    /// wallclock time for each.
    private func restless(
        _ plan: inout FilePlan, changes: Int64, group: Int64, _ source: inout Source
    ) -> (written: Written, passedOver: Int) {
        var (written, passedOver) = (Written(), 0)
        for index in 0..<changes * group {
            if index % group == 0 {
                source.video = Source.pictures(
                    record: index / group % 2 == 0 ? Source.record : Source.otherRecord)
                written.append([source.tracks], to: &plan, wallclock: Self.start + index * 40)
            }
            guard let video = source.video else { continue }
            written.append([source.frame(video, at: index * 500)], to: &plan, wallclock: Self.start + index * 40)
            passedOver += plan.takePassedOver()
        }
        return (written, passedOver)
    }

    private static let start: Int64 = 1_796_025_600_000

    @Test(
        "pictures that change without end make a few files, and the rest is left out until it has settled",
        arguments: [1, 3])
    func restlessPictures(group: Int64) throws {
        var (source, plan) = (Source(), try plan())
        var (written, passedOver) = restless(&plan, changes: 300, group: group, &source)
        // Ten at once, and one in three seconds.
        #expect((10...12 + 300 * group * 40 / 3_000).contains(Int64(written.files.count)))
        let settled = source.elements(from: 500_000, to: 504_000)
        written.append([source.tracks] + settled, to: &plan, wallclock: Self.start + 600_000)
        passedOver += plan.takePassedOver()
        written.finish(&plan)
        let pictures = try written.files.flatMap { try samples($0, 1) }.map(\.payload)
        #expect(Array(pictures.suffix(100)) == settled.payloads(.init(.video)))
        #expect(pictures.count + passedOver == 300 * Int(group) + 100 && passedOver > 100)
    }

    @Test("sound that changes with every frame makes a few files")
    func restlessSound() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        source.video = nil
        var passedOver = 0
        for index in Int64(0)..<500 {
            let sound = Source.sound(record: index % 2 == 0 ? "1190" : "1210")
            let elements: [StreamElement] = [.tracks([sound]), source.frame(sound, at: index * 20)]
            written.append(elements, to: &plan, wallclock: Self.start + index * 20)
            passedOver += plan.takePassedOver()
        }
        written.finish(&plan)
        #expect((10...15).contains(written.files.count) && passedOver > 400)
    }

    @Test("files are cut by length as often as the operator wants, and no oftener than time passes")
    func lengthByTheClock() throws {
        var (source, plan, written) = (Source(), try plan(longest: 1_000), Written())
        let video = try #require(source.video)
        written.append([source.tracks], to: &plan)
        for index in Int64(0)..<240 {
            written.append([source.frame(video, at: index * 250)], to: &plan, wallclock: Self.start + index * 250)
        }
        #expect(written.files.count >= 58)
        written = Written()
        plan = try self.plan(longest: 10_000)
        written.append([source.tracks], to: &plan)
        for index in Int64(0)..<300 {
            written.append([source.frame(video, at: index * 3_600_000)], to: &plan, wallclock: Self.start + index * 40)
        }
        written.finish(&plan)
        #expect((10...17).contains(written.files.count))
        #expect(try written.files.flatMap { try samples($0, 1) }.count == 300)
    }

    @Test("a file that cannot be had is begun again at the next sync frame")
    func abandoned() throws {
        var (source, plan, written) = (Source(), try plan(), Written())
        let early = source.elements(from: 0, to: 1_500)
        written.append([source.tracks] + early, to: &plan)
        let kept = written.files[0].blocks.map(\.frameCount).reduce(0, +)
        let lost = plan.abandonFile()
        #expect(kept + lost == early.count)
        let between = source.elements(from: 1_500, to: 2_000)
        written.append(between, to: &plan)
        #expect(plan.takePassedOver() == between.count)
        let rest = source.elements(from: 2_000, to: 4_000)
        written.append(rest, to: &plan)
        written.finish(&plan)
        try #require(written.files.count == 2)
        #expect(written.files[1].ending == .streamEnded)
        #expect(try samples(written.files[1], 1).map(\.payload) == rest.payloads(.init(.video)))
    }
}
