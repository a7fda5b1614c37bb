public import EndpointCore
public import Logging
public import MediaModel
public import NIOCore
import NIOPosix
public import StreamHub

/// Pictures of live streams: the newest sync frame, decoded by FFmpeg when somebody asks, and not too often.
///
/// A picture is kept for a few seconds and given to all who ask meanwhile. At most one is made of a stream at a time, and
/// at most `decodersAtOnce` in the server, on threads of their own; who would have to wait behind `mostWaiting` others is
/// sent away. Of a picture that cannot be made the one before is given for a minute.
public actor PictureMaker: PictureSource {
    /// What may be chosen.
    public struct Configuration: Sendable {
        /// FFmpeg's path, or its name, to be found in `PATH`; `nil`: no pictures are made.
        public var ffmpeg: String? = "ffmpeg"
        /// For how long a picture is new.
        ///
        /// Default 3 s: keyframes are seldom closer together than 2 s.
        public var interval = TimeAmount.seconds(3)
        /// How long FFmpeg may take for a picture.
        ///
        /// Default 5 s; it needs a tenth of one, on a machine that is not overworked.
        public var limit = TimeAmount.seconds(5)
        /// How long an old picture stands in where no new one can be made.
        ///
        /// Default 60 s: what is older shows something else than the stream.
        public var usefulAge = TimeAmount.seconds(60)

        /// Makes the usual choice.
        public init() {}
    }

    /// Pictures that are made at the same time.
    ///
    /// 2: a decoder takes a core for a moment, and the cores are the viewers'.
    private static let decodersAtOnce = 2
    /// Pictures that may be waiting to be made.
    private static let mostWaiting = 32
    /// Bytes of a picture: 4 MiB, more than any of 1280 pixels' width.
    private static let mostBytes = 4 << 20

    private struct Key: Hashable {
        let path: StreamPath
        let width: Int
    }

    private struct Entry {
        var answer: PictureAnswer
        var madeAt: NIODeadline
        /// When a new one was last wanted, whether or not it came to be.
        var triedAt: NIODeadline
    }

    private let configuration: @Sendable () -> Configuration
    private let registry: StreamRegistry
    private let logger: Logger
    private let threads = NIOThreadPool(numberOfThreads: PictureMaker.decodersAtOnce)
    private var hasStarted = false
    private var entries: [Key: Entry] = [:]
    /// The pictures that are being made, and which of them is the last of its stream.
    private var making: [Key: Task<PictureAnswer, Never>] = [:]
    private var last: [StreamPath: Task<PictureAnswer, Never>] = [:]
    private var hasToldOfAbsence = false

    /// Makes the service; it does nothing until somebody asks.
    public init(
        registry: StreamRegistry, logger: Logger, configuration: @escaping @Sendable () -> Configuration
    ) {
        self.configuration = configuration
        self.registry = registry
        self.logger = logger
    }

    /// A picture of a stream, as wide as the smallest of a few widths that is no smaller than `width`.
    public func picture(of path: StreamPath, width: Int?) async -> PictureAnswer {
        let key = Key(path: path, width: PictureDecoding.width(for: width))
        let configuration = configuration()
        guard let stream = registry.liveStream(path) else { return .never("\(path) is not live") }
        guard let name = configuration.ffmpeg, let program = ExecutableSearch.find(name) else { return withoutFFmpeg() }
        if let entry = entries[key], entry.triedAt + configuration.interval > .now() { return entry.answer }
        if let task = making[key] { return await task.value }
        guard making.count < Self.mostWaiting else { return .notNow("too many pictures are being made: try again") }
        let task = Task { [previous = last[path]] in
            _ = await previous?.value
            return await self.make(key, of: stream, program, configuration)
        }
        making[key] = task
        last[path] = task
        let answer = await task.value
        making[key] = nil
        if last[path] == task { last[path] = nil }
        return answer
    }

    private func make(
        _ key: Key, of stream: LiveStream, _ program: String, _ configuration: Configuration
    ) async -> PictureAnswer {
        let now = NIODeadline.now()
        entries = entries.filter { now - $0.value.madeAt < configuration.usefulAge }
        let frame = try? await stream.newestSyncPicture().get()
        let answer = await decode(frame ?? nil, key, program, limit: configuration.limit)
        if case .notNow = answer, let old = entries[key], case .picture = old.answer {
            entries[key]?.triedAt = .now()
            return old.answer
        }
        entries[key] = Entry(answer: answer, madeAt: .now(), triedAt: .now())
        return answer
    }

    private func decode(
        _ frame: MediaFrame?, _ key: Key, _ program: String, limit: TimeAmount
    ) async -> PictureAnswer {
        guard let frame else { return .notNow("\(key.path) has no picture to show at the moment") }
        let version = String(frame.decodeTime, radix: 36) + "-\(key.width)"
        if case .picture(let known)? = entries[key]?.answer, known.version == version { return .picture(known) }
        guard let decoding = PictureDecoding(of: frame, width: key.width) else {
            return .never("no picture can be made of \(frame.track.codec.rawValue)")
        }
        if !hasStarted {
            hasStarted = true
            threads.start()
        }
        let child = ChildProcess(
            program: program, arguments: decoding.arguments, mostOutput: Self.mostBytes, limit: limit)
        let result = try? await threads.runIfActive { () -> Result<ByteBuffer, ChildProcessFault> in
            do throws(ChildProcessFault) {
                return .success(try child.run(decoding.input))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let bytes) where Self.isJPEG(bytes):
            return .picture(StillPicture(bytes: bytes, version: version))
        case .success: return failed(key, "FFmpeg gave no picture")
        case .failure(let fault): return failed(key, "FFmpeg: \(fault)")
        case nil: return .notNow("the server is stopping")
        }
    }

    private func failed(_ key: Key, _ words: String) -> PictureAnswer {
        logger.notice("no picture of a stream", metadata: ["stream.path": "\(key.path)", "reason": "\(words)"])
        return .notNow("no picture of \(key.path) could be made")
    }

    private func withoutFFmpeg() -> PictureAnswer {
        if !hasToldOfAbsence {
            hasToldOfAbsence = true
            logger.notice(
                "pictures of streams cannot be made: install FFmpeg, or set thumbnails.ffmpeg to its path")
        }
        return .never("this server makes no pictures: FFmpeg is not installed, or switched off")
    }

    /// Whether bytes begin and end as JPEG files do (ITU-T T.81 §B.2.1).
    private static func isJPEG(_ bytes: ByteBuffer) -> Bool {
        let view = bytes.readableBytesView
        return view.count > 4 && view.starts(with: [0xFF, 0xD8, 0xFF]) && view.suffix(2).elementsEqual([0xFF, 0xD9])
    }
}
