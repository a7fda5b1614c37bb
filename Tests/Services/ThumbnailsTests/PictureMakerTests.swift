import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOCore
import NIOPosix
import StreamHub
import Testing

@testable import Thumbnails

@Suite("Pictures of streams")
struct PictureMakerTests {
    /// A program in FFmpeg's place that notes each time it runs, in a folder of its own.
    private struct FakeFFmpeg {
        let folder: URL
        var path: String { folder.appending(path: "ffmpeg").path }
        var runs: Int { (try? String(contentsOf: folder.appending(path: "runs"), encoding: .utf8))?.count ?? 0 }

        init(_ body: String) throws {
            folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("printf r >> \(folder.path)/runs\n\(body)\n".utf8).write(to: URL(filePath: path + ".body"))
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "fake-ffmpeg")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: script.path)
        }

        /// Lets a body go on that waits for this word.
        func letGo() {
            _ = FileManager.default.createFile(atPath: path + ".go", contents: nil)
        }
    }

    private static let picture = #"printf '\377\330\377some picture\377\331'"#

    private struct Scene {
        let path: StreamPath
        let registry: StreamRegistry
        let port: PublisherPort
        let track: Track
        let maker: PictureMaker

        init(_ ffmpeg: String?, interval: TimeAmount = .hours(1), limit: TimeAmount = .seconds(20)) async throws {
            path = try StreamPath("live/show")
            registry = StreamRegistry(settings: { _ in StreamSettings() })
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            port = try await registry.publish(path, on: loop, onDisplaced: { _ in }).get()
            track = Track(
                id: .init(.video), timescale: .milliseconds,
                configuration: .init(video: .sorensonH263, format: VideoFormat(width: 320, height: 180)))
            maker = PictureMaker(registry: registry, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
                var configuration = PictureMaker.Configuration()
                configuration.ffmpeg = ffmpeg
                configuration.interval = interval
                configuration.limit = limit
                configuration.usefulAge = .hours(1)
                return configuration
            }
        }

        func show(at time: Int64) {
            port.publish([
                .tracks([track]),
                .frame(
                    MediaFrame(
                        track: track, decodeTime: time, isSync: true, payload: ByteBuffer(repeating: 1, count: 100))),
            ])
        }
    }

    @Test("one run serves all who ask for a width while the picture is new")
    func sharing() async throws {
        let ffmpeg = try FakeFFmpeg(Self.picture)
        let scene = try await Scene(ffmpeg.path)
        scene.show(at: 0)
        let answers = await withTaskGroup(of: PictureAnswer.self) { group in
            for _ in 0..<50 { group.addTask { await scene.maker.picture(of: scene.path, width: nil) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        guard case .picture(let picture)? = answers.first else {
            Issue.record("\(answers)")
            return
        }
        #expect(answers.allSatisfy { $0 == .picture(picture) })
        #expect(ffmpeg.runs == 1)
        _ = await scene.maker.picture(of: scene.path, width: 600)
        #expect(ffmpeg.runs == 1)
        _ = await scene.maker.picture(of: scene.path, width: 100)
        #expect(ffmpeg.runs == 2)
    }

    @Test("an old picture is made again when there is another to show, and only then")
    func ageing() async throws {
        let ffmpeg = try FakeFFmpeg(Self.picture)
        let scene = try await Scene(ffmpeg.path, interval: .zero)
        scene.show(at: 0)
        let first = await scene.maker.picture(of: scene.path, width: nil)
        #expect(await scene.maker.picture(of: scene.path, width: nil) == first)
        #expect(ffmpeg.runs == 1)
        scene.show(at: 2_000)
        #expect(await scene.maker.picture(of: scene.path, width: nil) != first)
        #expect(ffmpeg.runs == 2)
    }

    @Test(
        "programs that hang, talk, fail or lie give no picture and do no harm, and are not tried again at once",
        arguments: ["sleep 600", "yes", "exit 1", "echo garbage", "kill -9 $$", "exec >&-; sleep 600"])
    func faults(body: String) async throws {
        let ffmpeg = try FakeFFmpeg(body)
        // Those that end by themselves, or are ended for what they say, have the time to.
        let scene = try await Scene(ffmpeg.path, limit: body.hasSuffix("sleep 600") ? .seconds(5) : .seconds(60))
        scene.show(at: 0)
        for _ in 0..<3 {
            #expect(
                await scene.maker.picture(of: scene.path, width: nil)
                    == .notNow("no picture of live/show could be made"))
        }
        #expect(ffmpeg.runs == 1)
    }

    @Test("a picture that was made stands in for one that cannot be made")
    func standIn() async throws {
        let ffmpeg = try FakeFFmpeg("[ -e \"$0.broken\" ] && exit 1\n\(Self.picture)")
        let scene = try await Scene(ffmpeg.path, interval: .zero)
        scene.show(at: 0)
        let first = await scene.maker.picture(of: scene.path, width: nil)
        try Data().write(to: URL(filePath: ffmpeg.path + ".broken"))
        scene.show(at: 2_000)
        #expect(await scene.maker.picture(of: scene.path, width: nil) == first)
        #expect(ffmpeg.runs == 2)
    }

    @Test("without FFmpeg, without pictures and without the stream there is nothing, and it says why")
    func nothing() async throws {
        for ffmpeg in [nil, "/nowhere/ffmpeg", "no-such-program"] {
            let scene = try await Scene(ffmpeg)
            scene.show(at: 0)
            guard case .never(let words) = await scene.maker.picture(of: scene.path, width: nil) else {
                Issue.record("a picture without FFmpeg")
                return
            }
            #expect(words.contains("FFmpeg"))
        }
        let scene = try await Scene("/bin/true")
        #expect(
            await scene.maker.picture(of: scene.path, width: nil)
                == .notNow("live/show has no picture to show at the moment"))
        let other = try StreamPath("live/other")
        #expect(await scene.maker.picture(of: other, width: nil) == .never("live/other is not live"))
    }

    @Test("a few streams at a time, and the rest wait or are sent away")
    func crowd() async throws {
        let ffmpeg = try FakeFFmpeg("until [ -e \"$0.go\" ]; do sleep 0.05; done\n\(Self.picture)")
        let scene = try await Scene(ffmpeg.path, limit: .hours(1))
        var ports: [PublisherPort] = []
        for number in 0..<40 {
            let path = try StreamPath("live/\(number)")
            let port = try await scene.registry.publish(
                path, on: MultiThreadedEventLoopGroup.singleton.next(), onDisplaced: { _ in }
            ).get()
            port.publish([
                .tracks([scene.track]),
                .frame(
                    MediaFrame(
                        track: scene.track, decodeTime: 0, isSync: true, payload: ByteBuffer(repeating: 1, count: 10))),
            ])
            ports.append(port)
        }
        // If nobody were sent away, all would wait for ever.
        let patience = Task {
            try await Task.sleep(for: .seconds(300))
            ffmpeg.letGo()
        }
        defer { patience.cancel() }
        let refusal = PictureAnswer.notNow("too many pictures are being made: try again")
        let answers = await withTaskGroup(of: PictureAnswer.self) { group in
            for port in ports { group.addTask { await scene.maker.picture(of: port.stream.path, width: nil) } }
            for _ in 0..<8 {
                let answer = await group.next()
                #expect(answer == refusal)
            }
            ffmpeg.letGo()
            return await group.reduce(into: [PictureAnswer]()) { $0.append($1) }
        }
        let made = answers.count { if case .picture = $0 { true } else { false } }
        #expect(made == 32 && answers.count == 32)
    }

    @Test(
        "widths are few, and no picture is larger than its stream",
        arguments: [
            (nil, 640), (1, 160), (160, 160), (161, 320), (700, 1280), (99_999, 1280), (-5, 160),
        ] as [(Int?, Int)])
    func widths(wanted: Int?, width: Int) {
        #expect(PictureDecoding.width(for: wanted) == width)
    }

    @Test(
        "the size keeps the shape, as it is shown",
        arguments: [
            (VideoFormat(width: 1920, height: 1080), 640, "640:360"),
            (VideoFormat(width: 320, height: 180), 640, "320:180"),
            (
                VideoFormat(width: 720, height: 576, sampleAspectRatio: SampleAspectRatio(width: 64, height: 45)), 640,
                "640:360"
            ),
            (VideoFormat(width: 1, height: 5_000), 640, "2:5000"),
            (VideoFormat(width: 1_000_000_000, height: 1), 640, "640:2"),
        ])
    func size(format: VideoFormat, width: Int, size: String) throws {
        let track = Track(
            id: .init(.video), timescale: .milliseconds, configuration: .init(video: .sorensonH263, format: format))
        let frame = MediaFrame(track: track, decodeTime: 0, isSync: true, payload: ByteBuffer(string: "x"))
        let decoding = try #require(PictureDecoding(of: frame, width: width))
        #expect(decoding.arguments.contains("scale=\(size),setsar=1"))
        #expect(decoding.arguments.contains("flv"))
    }
}
