import MediaModel
import NIOCore
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
}
