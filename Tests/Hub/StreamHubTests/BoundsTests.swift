import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import Testing

@testable import StreamHub

@Suite("Bounds: what a publisher sends in masses costs no more than the limits allow")
struct BoundsTests {
    private let track = Track(id: .init(.video), timescale: .milliseconds, configuration: .init(video: .h264))

    private func frame(isSync: Bool) -> StreamElement {
        .frame(MediaFrame(track: track, decodeTime: 0, isSync: isSync, payload: ByteBuffer()))
    }

    private func cache(bytes: Int) -> JoinCache {
        var settings = StreamSettings.JoinCache()
        settings.bytes = bytes
        var cache = JoinCache(settings)
        cache.append(frame(isSync: true), isJoinPoint: true)
        return cache
    }

    @Test("frames without bytes at the same moment fill the join cache")
    func emptyFrames() {
        var cache = cache(bytes: 100_000)
        for _ in 0..<10_000 { cache.append(frame(isSync: false), isJoinPoint: false) }
        #expect(cache.entries.count == 0)
    }

    @Test("configurations that change without end fill the join cache")
    func changes() {
        var cache = cache(bytes: 100_000)
        for _ in 0..<10_000 { cache.append(.tracks([track]), isJoinPoint: false) }
        #expect(cache.entries.count == 0)
    }

    @Test("batches of a few bytes at the same moment fill the window")
    func smallBatches() {
        var window = BatchWindow(limits: .init(bytes: 100_000, milliseconds: 10_000))
        for _ in 0..<10_000 {
            window.append(
                Batch(bytes: ByteBuffer(integer: UInt8(0)), frameCount: 1, joinPoint: nil, timestampMilliseconds: 0),
                keepingHistory: true)
        }
        #expect(window.end - window.start < 1_000)
        #expect(window.frames(before: window.end) == 10_000)
    }

    @Test("what starts at a join point fills the window like what it begins with")
    func preludes() {
        var window = BatchWindow(limits: .init(bytes: 100_000, milliseconds: 10_000))
        for _ in 0..<1_000 {
            let joinPoint = JoinPoint(
                opening: ByteBuffer(repeating: 0, count: 100), prelude: ByteBuffer(repeating: 0, count: 10_000),
                configurationVersion: 0, tracks: [track])
            window.append(
                Batch(
                    bytes: ByteBuffer(integer: UInt8(0)), frameCount: 1, joinPoint: joinPoint,
                    timestampMilliseconds: 0),
                keepingHistory: true)
        }
        #expect(window.end - window.start == 9)
        window.clear()
        window.append(
            Batch(bytes: ByteBuffer(), frameCount: 0, joinPoint: nil, timestampMilliseconds: 0), keepingHistory: true)
        #expect(window.end - window.start == 1)
    }

    @Test("key frames that are worth less than a start costs are frames like others")
    func dearStarts() {
        var rule = JoinPointRule()
        rule.defaultVideo = track.id
        rule.cost = 4_000
        func isJoinPoint(bytes: Int, isSync: Bool = true) -> Bool {
            rule.isJoinPoint(
                MediaFrame(
                    track: track, decodeTime: 0, isSync: isSync, payload: ByteBuffer(repeating: 0, count: bytes)))
        }
        #expect(isJoinPoint(bytes: 2))
        #expect((1...499).allSatisfy { _ in !isJoinPoint(bytes: 2) })
        #expect(isJoinPoint(bytes: 2))
        #expect(!isJoinPoint(bytes: 500))
        #expect(!isJoinPoint(bytes: 490, isSync: false))
        #expect(isJoinPoint(bytes: 10))
        #expect(!isJoinPoint(bytes: 999))
        #expect(isJoinPoint(bytes: 1))
    }

    @Test("configurations that change between two frames are written in batches, not in one piece")
    func manyChanges() {
        var writer = BatchWriter(format: SizedFormat(changeBytes: 100_000))
        for _ in 0..<100 { writer.append(.tracks([track]), joinPoint: nil, state: StreamState(tracks: [track])) }
        let batches = writer.takeBatches()
        #expect(batches.reduce(0) { $0 + $1.bytes.readableBytes } == 10_000_000)
        #expect(batches.allSatisfy { $0.bytes.readableBytes < BatchWriter.greatestBatch + 100_000 })
    }

    @Test("what an earlier reading left to be gathered counts for none that follows")
    func gathered() throws {
        var settings = StreamSettings()
        settings.gather = .seconds(1)
        let stage = try Stage(settings)
        let displaced = NIOLockedValueBox(0)
        let port = try stage.publisher(onDisplaced: { _ in displaced.withLockedValue { $0 += 1 } })
        let sink = CountingSink()
        let viewer = stage.registry.subscribe(
            stage.path, format: SizedFormat(frameBytes: 80 << 20), sink: sink, on: stage.loop)
        stage.loop.run()
        port.publish([.tracks([stage.video])])
        for time in 0..<3 as Range<Int64> { port.publish([stage.frame(stage.video, at: time, sync: true)]) }
        #expect(displaced.withLockedValue { $0 } == 0)
        #expect(sink.bytes == 160 << 20)
        withExtendedLifetime(viewer) {}
    }

    @Test("what becomes much is sent early, and a publisher of whose few bytes too many become is let go")
    func swelling() throws {
        let stage = try Stage()
        let displaced = NIOLockedValueBox(0)
        let port = try stage.publisher(onDisplaced: { _ in displaced.withLockedValue { $0 += 1 } })
        let sink = CountingSink()
        let viewer = stage.registry.subscribe(
            stage.path, format: SizedFormat(frameBytes: 1 << 20), sink: sink, on: stage.loop)
        stage.loop.run()
        func publish(_ count: Int, size: Int) {
            port.publish([.tracks([stage.video])])
            port.publish((0..<count).map { stage.frame(stage.video, at: Int64($0), sync: true, size: size) })
        }
        publish(60, size: 10)
        #expect(displaced.withLockedValue { $0 } == 0)
        #expect(sink.bytes == 60 << 20 && sink.greatest <= 1 << 20)
        // What brings much may become more.
        publish(80, size: 100_000)
        #expect(displaced.withLockedValue { $0 } == 0)
        publish(150, size: 10)
        #expect(displaced.withLockedValue { $0 } == 1)
        #expect(sink.bytes < 320 << 20)
        withExtendedLifetime(viewer) {}
    }
}

/// Writes so many bytes for each change and each frame, whatever they bring.
private struct SizedFormat: WireFormat, WireWriter {
    var changeBytes = 0
    var frameBytes = 0
    var name: String { "sized" }

    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}

    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        bytes.writeRepeatingByte(0, count: changeBytes)
    }

    func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        bytes.writeRepeatingByte(0, count: frameBytes)
    }

    func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}
}

/// A viewer's connection that takes everything, and counts.
private final class CountingSink: ViewerSink {
    private(set) var bytes = 0
    private(set) var greatest = 0
    var heldBytes: Int { 0 }

    func streamStarted() {}
    func write(_ bytes: ByteBuffer) -> Bool {
        self.bytes += bytes.readableBytes
        greatest = max(greatest, bytes.readableBytes)
        return true
    }
    func streamEnded(_ ending: StreamEnding) {}
    func fellBehind() {}
}
