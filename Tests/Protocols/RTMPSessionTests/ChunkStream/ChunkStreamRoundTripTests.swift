import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("What is written is read")
struct ChunkStreamRoundTripTests {
    private static let chunkStreamIDs: [UInt32] = [2, 3, 63, 64, 319, 320, 65_599]
    private static let types: [RTMPMessageType] = [.audio, .video, .data, .command]

    /// A message that often resembles `last` in what headers can leave out.
    private func message(
        after last: RTMPMessage?, longest: Int, using generator: inout SeededGenerator
    ) -> RTMPMessage {
        func often() -> Bool { Int.random(in: 0..<3, using: &generator) > 0 }
        let steps: [UInt32] = [0, 20, 20, 20, 40, 0xFF_FFFE, 0xFF_FFFF, 0x100_0000, 0x8000_0000, 0xFFFF_FFEC]
        let step = steps.randomElement(using: &generator) ?? 0
        let type = Self.types.randomElement(using: &generator) ?? .audio
        let length = Int.random(in: 0...longest, using: &generator)
        let first = UInt8.random(in: 0...255, using: &generator)
        return RTMPMessage(
            type: often() ? last?.type ?? type : type,
            timestamp: last.map { $0.timestamp &+ step } ?? step,
            messageStreamID: often() ? last?.messageStreamID ?? 1 : UInt32.random(in: 0...2, using: &generator),
            payload: counting(often() ? last?.payload.readableBytes ?? length : length, from: first))
    }

    @Test("messages of one chunk stream after another, in any chunk size", arguments: 0..<24 as Range<UInt64>)
    func sequence(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let chunkSize = [1, 2, 3, 127, 128, 129, 1000, 0x7FFF_FFFF].randomElement(using: &generator) ?? 128
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        var messages = [ControlMessage.setChunkSize(chunkSize).message]
        writer.write(messages[0], chunkStreamID: 2, into: &bytes)
        #expect(writer.chunkSize == chunkSize)
        var last: [UInt32: RTMPMessage] = [:]
        for _ in 0..<40 {
            let id = Self.chunkStreamIDs.randomElement(using: &generator) ?? 2
            let message = message(after: last[id], longest: 300, using: &generator)
            last[id] = message
            messages.append(message)
            #expect(writer.write(message, chunkStreamID: id, into: &bytes))
        }
        #expect(try readMessages([bytes]) == messages)
        #expect(try readMessages((0..<bytes.readableBytes).map { bytes.part($0, $0 + 1) }) == messages)
        let split = Int.random(in: 1..<bytes.readableBytes, using: &generator)
        #expect(try readMessages([bytes.part(0, split), bytes.part(split, bytes.readableBytes)]) == messages)
    }

    @Test("messages that interleave chunk by chunk come out as they are completed", arguments: 0..<24 as Range<UInt64>)
    func interleaved(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let chunkSize = [1, 7, 128, 200].randomElement(using: &generator) ?? 128
        var queues: [(messages: [RTMPMessage], chunks: [[ByteBuffer]])] = []
        for id in Self.chunkStreamIDs {
            // State is kept per chunk stream, so that a writer for each writes what one for all would.
            var writer = ChunkStreamWriter(chunkSize: chunkSize)
            var queue: (messages: [RTMPMessage], chunks: [[ByteBuffer]]) = ([], [])
            for _ in 0..<6 {
                let message = message(after: queue.messages.last, longest: 900, using: &generator)
                var bytes = ByteBuffer()
                writer.write(message, chunkStreamID: id, into: &bytes)
                queue.messages.append(message)
                queue.chunks.append(chunks(of: message, in: bytes, id: id, chunkSize: chunkSize))
            }
            queues.append(queue)
        }
        var bytes = joined(ByteBuffer(hex: "02 000000 000004 01 00000000"), ByteBuffer(integer: UInt32(chunkSize)))
        // Chunk stream 2 has a header more than its writer knows; its first header is a full one.
        var messages = [ControlMessage.setChunkSize(chunkSize).message]
        while let index = queues.indices.filter({ !queues[$0].messages.isEmpty }).randomElement(using: &generator) {
            bytes.writeImmutableBuffer(queues[index].chunks[0].removeFirst())
            guard queues[index].chunks[0].isEmpty else { continue }
            queues[index].chunks.removeFirst()
            messages.append(queues[index].messages.removeFirst())
        }
        #expect(try readMessages([bytes]) == messages)
        let step = Int.random(in: 1...40, using: &generator)
        let pieces = stride(from: 0, to: bytes.readableBytes, by: step).map {
            bytes.part($0, min($0 + step, bytes.readableBytes))
        }
        #expect(try readMessages(pieces) == messages)
    }

    /// Takes the bytes of one message apart at its chunks, by what must be between them.
    private func chunks(of message: RTMPMessage, in bytes: ByteBuffer, id: UInt32, chunkSize: Int) -> [ByteBuffer] {
        let length = message.payload.readableBytes
        let continuations = max(0, (length - 1) / chunkSize)
        let basic = id < 64 ? 1 : id < 320 ? 2 : 3
        // Only a full header can carry the field: this writer sends no extended deltas.
        let isExtended =
            bytes.getInteger(at: bytes.readerIndex, as: UInt8.self).map { $0 >> 6 == 0 } ?? false
            && message.timestamp >= 0xFF_FFFF
        let again = basic + (isExtended ? 4 : 0)
        var rest = bytes
        let first = bytes.readableBytes - length - continuations * again
        var chunks: [ByteBuffer] = []
        for index in 0...continuations {
            let body = min(chunkSize, length - index * chunkSize)
            chunks.append(rest.readSlice(length: (index == 0 ? first : again) + body) ?? ByteBuffer())
        }
        return chunks
    }
}
