import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import StreamHub

@Suite("Shards: viewers on many event loops")
struct ShardTests {
    /// Counts what arrives, on its own event loop.
    private final class CountingSink: ViewerSink {
        let numbers = NIOLockedValueBox<[Int]>([])

        func streamStarted() {}
        func write(_ bytes: ByteBuffer) -> Bool {
            var bytes = bytes
            numbers.withLockedValue { numbers in
                while let number: UInt32 = bytes.readInteger() { numbers.append(Int(number)) }
            }
            return true
        }
        func streamEnded(_ ending: StreamEnding) {}
        func fellBehind() {}
    }

    private struct NumberFormat: WireFormat, WireWriter {
        let name = "number"
        func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}
        func writePrelude(
            tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
        ) {}
        func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) { bytes.writeImmutableBuffer(frame.payload) }
        func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}
    }

    @Test("viewers who come at any moment on any loop start at a sync frame and miss nothing after it")
    func joins() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 4)
        defer { group.shutdownGracefully { _ in } }
        let path = try StreamPath("live/show")
        let registry = StreamRegistry(settings: { _ in StreamSettings() })
        let home = group.next()
        let port = try await registry.publish(path, on: home, onDisplaced: { _ in }).get()
        let track = Track(id: .init(.video), timescale: .milliseconds, configuration: .init(video: .h264))
        port.publish([.tracks([track])])

        let total = 4_000
        var counts: [NIOLockedValueBox<[Int]>] = []
        for number in 0..<total {
            port.publish([
                .frame(
                    MediaFrame(
                        track: track, decodeTime: Int64(number), isSync: number % 50 == 0,
                        payload: ByteBuffer(integer: UInt32(number))))
            ])
            if number % 20 == 7 {
                let loop = group.next()
                counts.append(
                    try await loop.submit {
                        let sink = CountingSink()
                        // The viewer lives for as long as its lane holds it.
                        _ = registry.subscribe(path, format: NumberFormat(), sink: sink, on: loop)
                        return sink.numbers
                    }.get())
            }
        }
        port.publish([
            .frame(
                MediaFrame(
                    track: track, decodeTime: Int64(total), isSync: true, payload: ByteBuffer(integer: UInt32(total))))
        ])
        for numbers in counts {
            try await eventually("every viewer has come to the end") { numbers.withLockedValue { $0.last == total } }
            let seen = numbers.withLockedValue { $0 }
            let first = try #require(seen.first)
            #expect(first % 50 == 0)
            #expect(seen == Array(first...total))
        }
    }
}
