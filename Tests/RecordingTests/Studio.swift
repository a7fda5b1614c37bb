import Dispatch
import Foundation
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RecordingPlan
import StreamHub
import Testing

@testable import Recording

/// A recorder over a registry, and what it tells.
final class Studio: Sendable {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("studio-\(UUID().uuidString)").path
    let recorder: StreamRecorder
    let registry: StreamRegistry
    let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let wanted: NIOLockedValueBox<RecordingSettings>
    let registered = NIOLockedValueBox(false)
    /// How often it was asked whether a live stream is to be recorded.
    let answers = NIOLockedValueBox(0)
    let log = NIOLockedValueBox<[String]>([])
    /// What time it is, in milliseconds since 1970; it stands still until a test moves it.
    let clock = NIOLockedValueBox(Int64(Date().timeIntervalSince1970 * 1_000))
    private let events = NIOLockedValueBox<[RecordingEvent]>([])

    init(
        format: RecordingFormat? = .fragmentedMP4, queueBytes: Int = 1 << 20, resume: TimeAmount = .zero,
        disk: any RecordingDisk = FileSystemDisk(), waiting: WaitingBytes = WaitingBytes()
    ) {
        let wanted = NIOLockedValueBox(RecordingSettings(format: format, folder: folder, queueBytes: queueBytes))
        let log = log
        let (events, registered, answers, clock) = (events, registered, answers, clock)
        recorder = StreamRecorder(
            settings: { _ in wanted.withLockedValue { $0 } },
            isRegistered: { _ in
                // Later than the stream's first frames.
                try? await Task.sleep(for: .milliseconds(20))
                answers.withLockedValue { $0 += 1 }
                return registered.withLockedValue { $0 }
            }, disk: disk, waiting: waiting, clock: { clock.withLockedValue { $0 } },
            logger: Logger(label: "test") { _ in NotedLog(lines: log) }
        ) { event in events.withLockedValue { $0.append(event) } }
        self.wanted = wanted
        registry = StreamRegistry(
            settings: { _ in
                var settings = StreamSettings()
                settings.resumeWithin = resume
                return settings
            }, observers: [recorder])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var begun: [RecordingFacts] {
        events.withLockedValue { $0.compactMap { if case .begun(let facts) = $0 { facts } else { nil } } }
    }
    var ended: [(RecordingFacts, RecordingOutcome)] {
        events.withLockedValue {
            $0.compactMap { if case .ended(let facts, let out) = $0 { (facts, out) } else { nil } }
        }
    }

    func publisher(_ path: String = "live/show") async throws -> PublisherPort {
        try await registry.publish(try StreamPath(path), on: loop) { _ in }.get()
    }

    /// Sends elements on the home loop, and comes back when they are handed on.
    func send(_ elements: [StreamElement], by port: PublisherPort) async throws {
        let port = NIOLockedValueBox(port)
        try await loop.submit { port.withLockedValue { $0 }.publish(elements) }.get()
    }

    func end(_ port: PublisherPort) async throws {
        let port = NIOLockedValueBox(port)
        try await loop.submit { port.withLockedValue { $0 }.end(.unpublished) }.get()
    }

    func bytes(of facts: RecordingFacts) throws -> ByteBuffer {
        ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(facts.file)")))
    }
}

/// Sound of 20 ms a frame, each with a number of its own.
struct Sound {
    let track = Track(
        id: .init(.audio), timescale: .milliseconds,
        configuration: CodecConfiguration(
            audio: .aac, record: ByteBuffer(bytes: [0x12, 0x10]),
            format: AudioFormat(sampleRate: 48_000, channelCount: 2, samplesPerFrame: 960)))
    private(set) var count: UInt32 = 0

    mutating func frames(seconds: Int, size: Int = 100) -> [StreamElement] {
        (0..<seconds * 50).map { _ in
            var payload = ByteBuffer(repeating: 0xEE, count: size)
            payload.setInteger(count, at: 0)
            defer { count += 1 }
            return .frame(MediaFrame(track: track, decodeTime: Int64(count) * 20, isSync: true, payload: payload))
        }
    }
}

/// A disk that stalls or fails when a test says so.
final class TroubledDisk: RecordingDisk {
    private struct State {
        var isStalled = false
        /// How many threads it holds.
        var held = 0
        var failure: DiskFailure?
        var written: [ByteBuffer] = []
    }

    private let state = NIOLockedValueBox(State())
    private let gate = DispatchSemaphore(value: 0)

    func stall() { state.withLockedValue { $0.isStalled = true } }

    func release() {
        let held = state.withLockedValue { state in
            defer { (state.isStalled, state.held) = (false, 0) }
            return state.held
        }
        for _ in 0..<held { gate.signal() }
    }

    func fail(_ failure: DiskFailure?) { state.withLockedValue { $0.failure = failure } }
    var written: [ByteBuffer] { state.withLockedValue { $0.written } }

    func create(
        in folder: String, folders: [String], names: some Sequence<String>
    ) throws(DiskFailure) -> (file: any RecordingOutput, path: String) {
        var iterator = names.makeIterator()
        return (Output(disk: self), (folders + [iterator.next() ?? ""]).joined(separator: "/"))
    }

    private struct Output: RecordingOutput {
        let disk: TroubledDisk

        func write(_ bytes: ByteBuffer) throws(DiskFailure) {
            let isHeld = disk.state.withLockedValue { state in
                if state.isStalled { state.held += 1 }
                return state.isStalled
            }
            if isHeld { disk.gate.wait() }
            if let failure = disk.state.withLockedValue({ $0.failure }) { throw failure }
            disk.state.withLockedValue { $0.written.append(bytes) }
        }

        func close() {}
    }
}

struct NotedLog: LogHandler {
    let lines: NIOLockedValueBox<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(lines: NIOLockedValueBox<[String]>) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.withLockedValue { $0.append("\(event.level) \(event.message)") }
    }
}
