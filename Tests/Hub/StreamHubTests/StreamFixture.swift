import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded

@testable import StreamHub

/// A format whose bytes a test can read: `O` opening, `P` prelude with its version of metadata, and one line a frame.
struct LineFormat: WireFormat, WireWriter {
    let name = "line"

    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {
        bytes.writeString("O\n")
    }

    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        bytes.writeString("P\(tracks.count)\(metadata?.name ?? "")\n")
    }

    func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        let mark = frame.track.kind == .audio ? "a" : frame.isSync ? "K" : "v"
        bytes.writeString("\(mark)\(frame.decodeTime):\(frame.payload.readableBytes)\n")
    }

    func write(_ message: DataMessage, into bytes: inout ByteBuffer) {
        bytes.writeString("d\(message.name)\n")
    }
}

/// A viewer's connection that takes everything, or nothing once it is told to stall.
final class LineSink: ViewerSink {
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    private(set) var text = ""
    var isStalled = false
    private(set) var startCount = 0
    private(set) var endings: [StreamEnding] = []
    private(set) var isBehind = false
    var heldBytes = 0

    func streamStarted() { startCount += 1 }

    func write(_ bytes: ByteBuffer) -> Bool {
        text += String(buffer: bytes)
        if isStalled { heldBytes += bytes.readableBytes }
        return !isStalled
    }

    func streamEnded(_ ending: StreamEnding) { endings.append(ending) }
    func fellBehind() { isBehind = true }
    func forget() { text = "" }
}

/// What the hub told its meter.
final class RecordingMeter: StreamMeter {
    private let state = NIOLoopBoundBox.makeBoxSendingValue(
        (lost: 0, live: 0, delivered: (frames: 0, bytes: 0)), eventLoop: EmbeddedEventLoop())
    var delivered: (frames: Int, bytes: Int) { state.value.delivered }
    var lostFrames: Int { state.value.lost }
    var liveStreams: Int { state.value.live }
    func received(frames: Int, bytes: Int) {}
    func delivered(frames: Int, bytes: Int) {
        state.value.delivered.frames += frames
        state.value.delivered.bytes += bytes
    }
    func lost(frames: Int) { state.value.lost += frames }
    func repairedTimestamps(_ count: Int) {}
    func liveStreamsChanged(by change: Int) { state.value.live += change }
}

/// One stream on one embedded event loop, time moved by hand.
final class Stage {
    let loop = EmbeddedEventLoop()
    let meter = RecordingMeter()
    let registry: StreamRegistry
    let path: StreamPath
    let video = Track(id: .init(.video), timescale: .milliseconds, configuration: .init(video: .h264))
    let audio = Track(id: .init(.audio), timescale: .milliseconds, configuration: .init(audio: .aac))
    private let settings: NIOLockedValueBox<StreamSettings>
    private(set) var time: Int64 = 0

    init(_ settings: StreamSettings = StreamSettings()) throws {
        path = try StreamPath("live/show")
        let box = NIOLockedValueBox(settings)
        self.settings = box
        registry = StreamRegistry(settings: { _ in box.withLockedValue { $0 } }, meter: meter)
    }

    /// Configures the stream anew while it is there.
    func configure(_ change: (inout StreamSettings) -> Void) {
        settings.withLockedValue { change(&$0) }
        registry.refreshSettings()
        loop.run()
    }

    func publisher(
        onPaceChange: @escaping @Sendable () -> Void = {},
        onDisplaced: @escaping @Sendable (Displacement) -> Void = { _ in }
    ) throws -> PublisherPort {
        let future = registry.publish(path, on: loop, onPaceChange: onPaceChange, onDisplaced: onDisplaced)
        loop.run()
        return try future.wait()
    }

    func viewer(_ sink: some ViewerSink) -> Viewer {
        let viewer = registry.subscribe(path, format: LineFormat(), sink: sink, on: loop)
        loop.run()
        return viewer
    }

    func frame(_ track: Track, at time: Int64, sync: Bool, size: Int = 1) -> StreamElement {
        .frame(
            MediaFrame(
                track: track, decodeTime: time, isSync: sync, payload: ByteBuffer(repeating: 0x55, count: size)))
    }

    /// Publishes a group of pictures: a sync frame and `count − 1` others, 40 ms apart, each with a frame of sound.
    func group(_ port: PublisherPort, frames count: Int = 4, size: Int = 1, sound: Bool = false) {
        for index in 0..<count {
            var elements = [frame(video, at: time, sync: index == 0, size: size)]
            if sound { elements.append(frame(audio, at: time, sync: true)) }
            port.publish(elements)
            time += 40
            loop.advanceTime(by: .milliseconds(40))
        }
    }
}
