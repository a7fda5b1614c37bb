import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Reading chunks")
struct ChunkStreamReaderTests {
    private func message(
        _ type: RTMPMessageType, at timestamp: UInt32, stream: UInt32 = 1, _ payload: String
    ) -> RTMPMessage {
        RTMPMessage(type: type, timestamp: timestamp, messageStreamID: stream, payload: ByteBuffer(hex: payload))
    }

    private func expect(_ hex: String, reads messages: [RTMPMessage]) throws {
        try expectMessages(messages, in: ByteBuffer(hex: hex))
    }

    // MARK: Headers

    @Test("a chunk stream id may come in any form that can hold it (§5.3.1.1)")
    func basicHeaderForms() throws {
        // 64, 319 and 65599 in every form; the second message continues the first with the other form.
        try expect(
            "00 00 000005 000001 08 01000000 aa  81 0000 000003 bb",
            reads: [message(.audio, at: 5, "aa"), message(.audio, at: 8, "bb")])
        try expect(
            "00 ff 000005 000001 08 01000000 aa  c1 ff00 bb",
            reads: [message(.audio, at: 5, "aa"), message(.audio, at: 10, "bb")])
        try expect("01 ffff 000005 000001 08 01000000 aa", reads: [message(.audio, at: 5, "aa")])
        // The three bytes are little-endian: 0x0100 is 256 + 64, another chunk stream than 1 + 64.
        #expect(
            readFault("01 0001 000005 000001 08 01000000 aa c1 0100 bb")
                == .chunkStreamNotOpened(chunkStreamID: 65, chunkType: 3))
    }

    @Test("the message stream id is little-endian, every other field big-endian (§5.3.1.2.1)")
    func endianness() throws {
        try expect(
            "06 010203 000002 09 04030201 aabb", reads: [message(.video, at: 0x01_0203, stream: 0x0102_0304, "aabb")])
    }

    @Test("types 1, 2 and 3 take over what they leave out (§5.3.1.2)")
    func compressedHeaders() throws {
        try expect(
            """
            06 000064 000002 09 01000000 0001
            46 00000a 000001 08 02
            86 000014 03
            c6 04
            46 000000 000003 12 050505
            c6 060606
            """,
            reads: [
                message(.video, at: 100, "0001"), message(.audio, at: 110, "02"), message(.audio, at: 130, "03"),
                message(.audio, at: 150, "04"), message(.data, at: 150, "050505"), message(.data, at: 150, "060606"),
            ])
    }

    @Test("type 3 after type 0 adds the absolute timestamp as its delta (§5.3.1.2.4)")
    func type3AfterType0() throws {
        try expect(
            "04 00001a 000001 08 01000000 aa c4 bb c4 cc",
            reads: [message(.audio, at: 26, "aa"), message(.audio, at: 52, "bb"), message(.audio, at: 78, "cc")])
    }

    @Test("a chunk stream may open with type 1, as librtmp and GStreamer do, at time 0 on message stream 0")
    func opensWithType1() throws {
        try expect(
            "42 000000 00000a 04 0003 00000000 0000012c c2 0003 00000001 00007530",
            reads: [
                message(.userControl, at: 0, stream: 0, "0003000000000000012c"),
                message(.userControl, at: 0, stream: 0, "00030000000100007530"),
            ])
    }

    @Test("timestamps wrap at 2^32")
    func wrap() throws {
        try expect(
            "04 ffffff 000001 08 01000000 fffffff0 aa 84 000020 bb",
            reads: [message(.audio, at: 0xFFFF_FFF0, "aa"), message(.audio, at: 0x10, "bb")])
    }

    // MARK: Bodies

    @Test("a message without bytes takes a header and nothing else")
    func emptyMessages() throws {
        try expect(
            "04 000001 000000 08 01000000 c4 44 000001 000001 08 aa 44 000001 000000 09",
            reads: [
                message(.audio, at: 1, ""), message(.audio, at: 2, ""), message(.audio, at: 3, "aa"),
                message(.video, at: 4, ""),
            ])
    }

    @Test("messages of different chunk streams may interleave chunk by chunk (§5.3)")
    func interleaving() throws {
        let video = counting(300)
        let audio = counting(200, from: 77)
        let bytes = joined(
            ByteBuffer(hex: "06 000010 00012c 09 01000000"), video.part(0, 128),
            ByteBuffer(hex: "04 000011 0000c8 08 01000000"), audio.part(0, 128),
            ByteBuffer(hex: "c6"), video.part(128, 256),
            ByteBuffer(hex: "c4"), audio.part(128, 200),
            ByteBuffer(hex: "c6"), video.part(256, 300))
        try expectMessages(
            [
                RTMPMessage(type: .audio, timestamp: 17, messageStreamID: 1, payload: audio),
                RTMPMessage(type: .video, timestamp: 16, messageStreamID: 1, payload: video),
            ], in: bytes)
    }

    @Test("a message in one chunk within one buffer is a slice of it")
    func slices() throws {
        let bytes = ByteBuffer(hex: "06 000010 000004 09 01000000 01020304 c6 05060708")
        var reader = ChunkStreamReader()
        reader.append(bytes)
        let messages = [try reader.nextMessage(), try reader.nextMessage()].compactMap { $0 }
        #expect(messages.count == 2)
        let whole = bytes.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
        for message in messages {
            let start = message.payload.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
            #expect((whole..<whole + UInt(bytes.readableBytes)).contains(start))
        }
    }

    @Test("buffers may pile up before anyone asks for messages")
    func pilingUp() throws {
        var reader = ChunkStreamReader()
        for template in WireTemplate.all {
            forEveryByte(of: template.bytes) { reader.append($0) }
        }
        var messages: [RTMPMessage] = []
        while let message = try reader.nextMessage() { messages.append(message) }
        #expect(messages == WireTemplate.all.map(\.message))
        #expect(reader.bytesReceived == UInt64(WireTemplate.all.reduce(0) { $0 + $1.bytes.readableBytes }))
    }

    private func forEveryByte(of bytes: ByteBuffer, _ body: (ByteBuffer) -> Void) {
        for index in 0..<bytes.readableBytes { body(bytes.part(index, index + 1)) }
    }

    // MARK: Set Chunk Size and Abort

    @Test(
        "a new chunk size holds for the next chunk, also of unfinished messages",
        arguments: [1, 50, 100, 171, 172, 4096])
    func chunkSizeMidMessage(size: Int) throws {
        let video = counting(300)
        var bytes = joined(
            ByteBuffer(hex: "06 000010 00012c 09 01000000"), video.part(0, 128),
            ByteBuffer(hex: "02 000000 000004 01 00000000"), ByteBuffer(integer: UInt32(size)))
        for start in stride(from: 128, to: 300, by: size) {
            bytes.writeInteger(UInt8(0xC6))
            bytes.writeImmutableBuffer(video.part(start, min(start + size, 300)))
        }
        let announcement = RTMPMessage(
            type: .setChunkSize, timestamp: 0, messageStreamID: 0, payload: ByteBuffer(integer: UInt32(size)))
        try expectMessages(
            [
                announcement, RTMPMessage(type: .video, timestamp: 16, messageStreamID: 1, payload: video),
            ], in: bytes)
    }

    @Test("control messages count on any chunk stream and message stream, as PTZ cameras send them")
    func controlAnywhere() throws {
        var reader = ChunkStreamReader()
        reader.append(ByteBuffer(hex: "04 000000 000004 01 01000000 00001000"))
        #expect(try reader.nextMessage()?.type == .setChunkSize)
        #expect(reader.chunkSize == 4096)
    }

    @Test("chunk sizes above the longest message count as that (§5.4.1)")
    func largestChunkSize() throws {
        var reader = ChunkStreamReader()
        reader.append(ByteBuffer(hex: "02 000000 000004 01 00000000 7fffffff"))
        #expect(try reader.nextMessage() != nil)
        #expect(reader.chunkSize == 16_777_215)
    }

    @Test("an aborted message is gone, its header still counts (§5.4.2)")
    func abort() throws {
        let bytes = joined(
            ByteBuffer(hex: "06 000064 00012c 09 01000000"), counting(128),
            ByteBuffer(hex: "02 000000 000004 02 00000000 00000006"),
            ByteBuffer(hex: "46 00000a 000001 09 aa"))
        let abort = RTMPMessage(
            type: .abort, timestamp: 0, messageStreamID: 0, payload: ByteBuffer(integer: UInt32(6)))
        let next = RTMPMessage(type: .video, timestamp: 110, messageStreamID: 1, payload: ByteBuffer(hex: "aa"))
        try expectMessages([abort, next], in: bytes)
    }

    @Test("aborting an idle or unknown chunk stream, or the own one, a thousand times, changes nothing")
    func abortFlood() throws {
        var bytes = ByteBuffer(hex: "06 000064 000001 09 01000000 aa 02 000000 000004 02 00000000 00000006")
        for index in 0..<1000 {
            bytes.writeInteger(UInt8(0xC2))
            bytes.writeInteger(index.isMultiple(of: 2) ? UInt32(2) : 0xFFFF_FFFF)
        }
        bytes.writeImmutableBuffer(ByteBuffer(hex: "c6 bb"))
        let messages = try readMessages([bytes])
        #expect(messages.count == 1003)
        #expect(messages.last == message(.video, at: 200, "bb"))
    }

    @Test("the budget for unfinished messages is given back by finishing, aborting and restarting")
    func budgetIsReturned() throws {
        var limits = RTMPLimits()
        limits.unfinishedMessageBytes = 400
        let start = joined(ByteBuffer(hex: "06 000000 00012c 09 01000000"), counting(128))
        let abort = ByteBuffer(hex: "02 000000 000004 02 00000000 00000006")
        let rest = joined(ByteBuffer(hex: "c6"), counting(128), ByteBuffer(hex: "c6"), counting(44))
        let bytes = joined(start, abort, start, abort, start, rest, start, start, rest, start, rest)
        let messages = try readMessages([bytes], limits: limits, restartsMessages: true)
        #expect(messages.map(\.type) == [.abort, .abort, .video, .video, .video])
    }

    @Test("with `restartsMessages` a full header drops the unfinished message")
    func restart() throws {
        let bytes = joined(
            ByteBuffer(hex: "06 000064 00012c 09 01000000"), counting(128),
            ByteBuffer(hex: "06 000065 000002 09 01000000 aabb"))
        try expectMessages([message(.video, at: 101, "aabb")], in: bytes, restartsMessages: true)
    }
}
