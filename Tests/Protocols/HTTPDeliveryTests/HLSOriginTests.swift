import FLV
import Logging
import MediaModel
import NIOCore
import NIOEmbedded
import NIOPosix
import SegmentPackaging
import StreamHub
import Testing

@testable import HTTPDelivery

@Suite("HLS: streams that come, end and come again")
struct HLSOriginTests {
    private final class IdleSink: ViewerSink {
        func streamStarted() {}
        func write(_ bytes: ByteBuffer) -> Bool { true }
        func streamEnded(_ ending: StreamEnding) {}
        func fellBehind() {}
    }

    private let loop = EmbeddedEventLoop()
    private let origin = HLSOrigin(settings: { _ in HLSSettings() }, logger: Logger(label: "test"))

    private func publish(_ path: StreamPath, in registry: StreamRegistry) throws -> PublisherPort {
        let port = registry.publish(path, on: loop, onDisplaced: { _ in })
        loop.run()
        return try port.wait()
    }

    /// As if something of the stream had been packaged.
    private func addSegment(to path: StreamPath) throws {
        let broadcast = try #require(origin.presentBroadcast(of: path, .fragmentedMP4))
        let segment = PackagedResource(
            name: "video-1.m4s", kind: .segment, mediaType: "video/mp4", bytes: ByteBuffer(string: "media"))
        broadcast.apply([.resourceReady(segment)])
    }

    @Test("what an ended broadcast leaves behind is forgotten without the next one")
    func reborn() throws {
        let path = try StreamPath("live/show")
        let registry = StreamRegistry(settings: { _ in StreamSettings() }, observers: [origin])
        let first = try publish(path, in: registry)
        // A viewer who stays keeps the stream, as the same object.
        let viewer = registry.subscribe(path, format: FLVFormat(capabilities: .legacy), sink: IdleSink(), on: loop)
        try addSegment(to: path)
        first.end(.unpublished)
        let second = try publish(path, in: registry)
        try addSegment(to: path)
        #expect(second.stream === first.stream)
        loop.advanceTime(by: .seconds(600))
        #expect(origin.presentBroadcast(of: path, .fragmentedMP4) != nil)
        second.end(.unpublished)
        loop.advanceTime(by: .seconds(600))
        #expect(origin.presentBroadcast(of: path, .fragmentedMP4) == nil)
        viewer.detach()
        loop.run()
        #expect(registry.count == 0)
    }

    @Test("a broadcast is kept for those who finish it, and no longer than until the next takes its place")
    func replaced() throws {
        let path = try StreamPath("live/show")
        let registry = StreamRegistry(settings: { _ in StreamSettings() }, observers: [origin])
        weak var first: HLSBroadcast?
        weak var transportStream: HLSBroadcast?
        do {
            let port = try publish(path, in: registry)
            first = origin.presentBroadcast(of: path, .fragmentedMP4)
            try addSegment(to: path)
            transportStream = origin.broadcast(of: path, .transportStream)
            loop.run()
            port.end(.unpublished)
            loop.run()
        }
        // The window of 60 s and half a minute.
        loop.advanceTime(by: .seconds(89))
        #expect(first != nil && origin.presentBroadcast(of: path, .fragmentedMP4) === first)
        #expect(transportStream != nil && origin.presentBroadcast(of: path, .transportStream) === transportStream)
        let second = try publish(path, in: registry)
        try addSegment(to: path)
        #expect(first == nil && transportStream == nil)
        loop.advanceTime(by: .seconds(600))
        #expect(origin.presentBroadcast(of: path, .fragmentedMP4) != nil)
        second.end(.unpublished)
        loop.advanceTime(by: .seconds(600))
        #expect(origin.presentBroadcast(of: path, .fragmentedMP4) == nil)
    }

    @Test("a stream that brought nothing leaves nothing behind, in any form, not even for a moment")
    func empty() throws {
        let registry = StreamRegistry(settings: { _ in StreamSettings() }, observers: [origin])
        for name in ["a", "b"] {
            let path = try StreamPath("live/\(name)")
            weak var broadcast: HLSBroadcast?
            do {
                let port = try publish(path, in: registry)
                broadcast = origin.presentBroadcast(of: path, .fragmentedMP4)
                if name == "b" { _ = origin.broadcast(of: path, .transportStream) }
                loop.run()
                #expect(broadcast != nil)
                port.end(.unpublished)
                loop.run()
            }
            #expect(origin.presentBroadcast(of: path, .fragmentedMP4) == nil)
            #expect(origin.presentBroadcast(of: path, .transportStream) == nil)
            #expect(broadcast == nil)
        }
        #expect(registry.count == 0)
    }

    @Test("a form that is asked for after the end is over at once")
    func lateForm() async throws {
        let path = try StreamPath("live/show")
        let registry = StreamRegistry(settings: { _ in StreamSettings() }, observers: [origin])
        let loop = NIOAsyncTestingEventLoop()
        let future = registry.publish(path, on: loop, onDisplaced: { _ in })
        await loop.run()
        let port = try await future.get()
        try addSegment(to: path)
        port.end(.unpublished)
        await loop.run()
        let broadcast = try #require(origin.broadcast(of: path, .transportStream))
        await loop.run()
        _ = await broadcast.wait(for: .anything, on: loop, limit: .hours(1))
        #expect(broadcast.multivariantPlaylist == nil)
        await loop.shutdownGracefully()
    }

    @Test("who waited in vain takes no place any more")
    func waiting() async throws {
        let broadcast = HLSBroadcast()
        for _ in 0..<100 {
            _ = await broadcast.wait(
                for: .anything, on: MultiThreadedEventLoopGroup.singleton.any(), limit: .zero)
        }
        #expect(broadcast.waitingCount == 0)
        broadcast.end()
    }
}
