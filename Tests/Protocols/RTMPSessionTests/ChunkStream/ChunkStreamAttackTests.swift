import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Chunks that a hostile peer sends")
struct ChunkStreamAttackTests {
    @Test(
        "a Set Chunk Size out of range is a fault (§5.4.1)",
        arguments: [0, 0x8000_0000, 0xFFFF_FFFF, 0x8000_1000] as [UInt32])
    func chunkSizes(size: UInt32) {
        let bytes = joined(ByteBuffer(hex: "02 000000 000004 01 00000000"), ByteBuffer(integer: size))
        #expect(readFault(bytes) == .chunkSizeOutOfRange(size))
    }

    @Test("Set Chunk Size and Abort without all of their four bytes are faults")
    func shortControl() {
        #expect(
            readFault("02 000000 000003 01 00000000 000010") == .controlMessageTooShort(type: .setChunkSize, bytes: 3))
        #expect(readFault("02 000000 000000 01 00000000") == .controlMessageTooShort(type: .setChunkSize, bytes: 0))
        #expect(readFault("02 000000 000002 02 00000000 0004") == .controlMessageTooShort(type: .abort, bytes: 2))
    }

    @Test("a chunk stream that opens with type 2 or 3 is a fault at its first byte")
    func notOpened() {
        #expect(readFault("86") == .chunkStreamNotOpened(chunkStreamID: 6, chunkType: 2))
        #expect(readFault("c6") == .chunkStreamNotOpened(chunkStreamID: 6, chunkType: 3))
        #expect(readFault("81 ffff") == .chunkStreamNotOpened(chunkStreamID: 65_599, chunkType: 2))
    }

    @Test("a header within a message is a fault", arguments: [0, 1, 2] as [UInt8])
    func headerInsideMessage(type: UInt8) {
        let bytes = joined(
            ByteBuffer(hex: "06 000064 00012c 09 01000000"), counting(128), ByteBuffer(integer: type << 6 | 6))
        let fault = RTMPFault.headerInsideMessage(chunkStreamID: 6, chunkType: type)
        #expect(readFault(bytes) == fault)
        if type > 0 { #expect(readFault(bytes, restartsMessages: true) == fault) }
    }

    @Test("a message longer than its type may be is a fault at its header")
    func tooLong() {
        #expect(
            readFault("06 000000 800001 09 01000000") == .messageTooLong(type: .video, bytes: 8 * 1024 * 1024 + 1))
        #expect(readFault("06 000000 ffffff 08 01000000") == .messageTooLong(type: .audio, bytes: 0xFF_FFFF))
        #expect(readFault("06 000000 ffffff 16 01000000") == .messageTooLong(type: .aggregate, bytes: 0xFF_FFFF))
        #expect(readFault("06 000000 100001 12 01000000") == .messageTooLong(type: .data, bytes: 0x10_0001))
        #expect(readFault("03 000000 010001 14 00000000") == .messageTooLong(type: .command, bytes: 0x1_0001))
        #expect(readFault("03 000000 010001 11 00000000") == .messageTooLong(type: .commandAMF3, bytes: 0x1_0001))
        #expect(readFault("02 000000 000401 04 00000000") == .messageTooLong(type: .userControl, bytes: 1025))
        #expect(
            readFault("06 000000 100001 77 01000000")
                == .messageTooLong(type: RTMPMessageType(rawValue: 0x77), bytes: 0x10_0001))
    }

    @Test(
        "messages up to the limits are none",
        arguments: ["06 000000 800000 09 01000000", "03 000000 010000 14 00000000"])
    func longest(hex: String) {
        #expect(readFault(hex) == nil)
    }

    @Test("many unfinished messages that together promise too much are a fault")
    func unfinishedMessages() {
        var bytes = ByteBuffer()
        for id in 4..<8 {
            bytes.writeInteger(UInt8(id))
            bytes.writeImmutableBuffer(ByteBuffer(hex: "000000 600000 09 01000000"))
            bytes.writeRepeatingByte(0, count: 128)
        }
        #expect(readFault(bytes) == .unfinishedMessagesTooLong(bytes: 3 * 0x60_0000))
    }

    @Test("chunk streams beyond the limit are a fault")
    func chunkStreams() throws {
        var bytes = ByteBuffer()
        for id in 0..<64 {
            bytes.writeMultipleIntegers(UInt8(0), UInt8(id))
            bytes.writeImmutableBuffer(ByteBuffer(hex: "000000 000000 08 01000000"))
        }
        #expect(try readMessages([bytes]).count == 64)
        bytes.writeImmutableBuffer(ByteBuffer(hex: "03 000000 000000 08 01000000"))
        #expect(readFault(bytes) == .tooManyChunkStreams(chunkStreamID: 3))
    }

    @Test("chunks of one byte carry short messages, and no longer ones than the count allows")
    func chunksOfOneByte() throws {
        var limits = RTMPLimits()
        limits.chunksPerMessage = 100
        func bytes(length: Int) -> ByteBuffer {
            var bytes = ByteBuffer(hex: "02 000000 000004 01 00000000 00000001 06 000000 0000 ")
            bytes.writeInteger(UInt8(length))
            bytes.writeImmutableBuffer(ByteBuffer(hex: "09 01000000"))
            for index in 0..<length {
                if index > 0 { bytes.writeInteger(UInt8(0xC6)) }
                bytes.writeInteger(UInt8(index))
            }
            return bytes
        }
        try forEveryCutting(of: bytes(length: 100)) { pieces in
            let last = try readMessages(pieces, limits: limits).last
            #expect(last?.payload == counting(100))
        }
        #expect(readFault(bytes(length: 101), limits: limits) == .tooManyChunksInMessage(type: .video))
    }

    @Test("nothing comes after a fault but the fault")
    func faultIsFinal() {
        var reader = ChunkStreamReader()
        reader.append(ByteBuffer(hex: "02 000000 000004 01 00000000 00000000"))
        let fault = RTMPFault.chunkSizeOutOfRange(0)
        #expect(throws: fault) { try reader.nextMessage() }
        reader.append(WireTemplate.all[0].bytes)
        #expect(throws: fault) { try reader.nextMessage() }
    }

    @Test("an input that ends anywhere is no message and no fault")
    func truncation() throws {
        let bytes = joined(
            ByteBuffer(hex: "01 ffff ffffff 00012c 09 01000000 01000000"), counting(128),
            ByteBuffer(hex: "c1 ffff 01000000"), counting(128), ByteBuffer(hex: "c1 ffff 01000000"), counting(43))
        for end in 0...bytes.readableBytes {
            #expect(try readMessages([bytes.part(0, end)]).isEmpty)
        }
    }

    @Test("random bytes never trap, and say the same for every cutting", arguments: 0..<100 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Few chunk streams, short times and lengths, so that many chunks are read before a fault.
        let palette: [UInt8] = [0x02, 0x04, 0x06, 0x44, 0x84, 0xC4, 0xC6, 0x46, 0xC2, 0, 0, 0, 0, 1, 2, 8, 9, 0xFF]
        let bytes = ByteBuffer(
            bytes: (0..<400).map { _ in
                Int.random(in: 0..<8, using: &generator) == 0
                    ? UInt8.random(in: 0...255, using: &generator) : palette.randomElement(using: &generator) ?? 0
            })
        var outcomes: [Outcome] = []
        forEveryCutting(of: bytes) { pieces in outcomes.append(Outcome(of: pieces)) }
        for outcome in outcomes { #expect(outcome == outcomes.first) }
    }

    private struct Outcome: Equatable {
        var messages: [RTMPMessage] = []
        var fault: RTMPFault?

        init(of pieces: [ByteBuffer]) {
            var reader = ChunkStreamReader()
            do throws(RTMPFault) {
                for piece in pieces {
                    reader.append(piece)
                    while let message = try reader.nextMessage() { messages.append(message) }
                }
            } catch {
                fault = error
            }
        }
    }
}
