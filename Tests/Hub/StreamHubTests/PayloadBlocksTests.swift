import NIOCore
import Testing

@testable import StreamHub

@Suite("Memory of payloads")
struct PayloadBlocksTests {
    /// A payload as a socket brings it: a slice of much more.
    private func arrival(_ bytes: [UInt8], room: Int = 256 << 10) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: room)
        buffer.writeBytes(bytes)
        return buffer
    }

    /// What tells memory apart: its owner.
    private func memory(of payload: ByteBuffer) -> UInt {
        payload.withUnsafeReadableBytesWithStorageManagement { UInt(bitPattern: $1.toOpaque()) }
    }

    @Test("payloads keep their bytes, whatever comes after them")
    func bytes() {
        var blocks = PayloadBlocks()
        var sent: [[UInt8]] = []
        var kept: [ByteBuffer] = []
        // Through several blocks, lengths that do not divide one among them.
        for number in 0..<200 {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: number * 17 % 3_001)
            sent.append(bytes)
            kept.append(blocks.keep(arrival(bytes)))
        }
        let changed = zip(kept, sent).enumerated().filter { Array($1.0.readableBytesView) != $1.1 }.map(\.offset)
        #expect(changed.isEmpty)
    }

    @Test("frames lie side by side and hold nothing that a socket is read into")
    func sharing() {
        var blocks = PayloadBlocks()
        let first = arrival([1, 2, 3])
        let kept = blocks.keep(first)
        let next = blocks.keep(arrival([4, 5]))
        #expect(memory(of: kept) != memory(of: first))
        #expect(memory(of: kept) == memory(of: next))
        #expect(kept.storageCapacity == PayloadBlocks.blockBytes)
    }

    @Test("a long payload has memory of its own")
    func longPayload() {
        var blocks = PayloadBlocks()
        let small = blocks.keep(arrival([1]))
        let bytes = [UInt8](repeating: 7, count: PayloadBlocks.greatestPayload + 1)
        let large = blocks.keep(arrival(bytes))
        #expect(Array(large.readableBytesView) == bytes)
        #expect(memory(of: large) != memory(of: small))
        #expect(large.storageCapacity <= 2 * bytes.count)
        #expect(memory(of: blocks.keep(arrival([2]))) == memory(of: small))
    }

    @Test("what fills its memory is left where it is")
    func fillingPayload() {
        var blocks = PayloadBlocks()
        let whole = arrival([UInt8](repeating: 1, count: 4_096), room: 4_096)
        #expect(memory(of: blocks.keep(whole)) == memory(of: whole))
    }

    @Test("the longest payload for a block finds room in an empty one, and writing to a kept one moves it away")
    func bounds() {
        var blocks = PayloadBlocks()
        var kept: [ByteBuffer] = []
        for number in 0..<9 {
            kept.append(blocks.keep(arrival([UInt8](repeating: UInt8(number), count: PayloadBlocks.greatestPayload))))
        }
        #expect(Set(kept.map(memory(of:))).count == 3)
        var written = kept[0]
        written.setInteger(UInt8(99), at: written.readerIndex)
        #expect(kept[0].getInteger(at: kept[0].readerIndex, as: UInt8.self) == 0)
        #expect(
            kept.enumerated().allSatisfy { index, payload in
                payload.readableBytesView.allSatisfy { $0 == UInt8(index) }
            })
    }
}
