import ByteCoding
import NIOCore
import TestSupport
import Testing

@testable import RTMPSession

@Suite("Aggregate messages (RTMP 1.0 §7.1.6)")
struct AggregateMessageTests {
    private func aggregate(_ hex: String, at timestamp: UInt32 = 5000) -> RTMPMessage {
        RTMPMessage(type: .aggregate, timestamp: timestamp, messageStreamID: 3, payload: ByteBuffer(hex: hex))
    }

    private func message(_ type: RTMPMessageType, at timestamp: UInt32, _ hex: String) -> RTMPMessage {
        RTMPMessage(type: type, timestamp: timestamp, messageStreamID: 3, payload: ByteBuffer(hex: hex))
    }

    /// One aggregate message of several, at the timestamp and on the message stream of the first.
    private func aggregate(of messages: [RTMPMessage]) -> RTMPMessage {
        var payload = ByteBuffer()
        for message in messages {
            let size = message.payload.readableBytes
            payload.writeInteger(message.type.rawValue)
            payload.writeUInt24(UInt32(size))
            payload.writeUInt24(message.timestamp)
            payload.writeInteger(UInt8(message.timestamp >> 24))
            payload.writeUInt24(0)
            payload.writeImmutableBuffer(message.payload)
            payload.writeInteger(UInt32(11 + size))
        }
        return RTMPMessage(
            type: .aggregate, timestamp: messages.first?.timestamp ?? 0,
            messageStreamID: messages.first?.messageStreamID ?? 0, payload: payload)
    }

    @Test("timestamps keep their distances and begin at that of the aggregate; stream ids within do not count")
    func splits() throws {
        let hex = """
            09 000002 0003e8 00 000000 1701 0000000d
            08 000001 0003fc 00 000009 af 0000000c
            12 000000 0003f2 00 000000 0000000b
            """
        let expected = [
            message(.video, at: 5000, "1701"), message(.audio, at: 5020, "af"), message(.data, at: 5010, ""),
        ]
        #expect(try AggregateMessage.messages(in: aggregate(hex)) == expected)
    }

    @Test("the fourth byte of a timestamp is its highest, and distances wrap")
    func extendedTimestamps() throws {
        let hex = "08 000000 fffff0 ff 000000 0000000b 08 000000 000010 00 000000 0000000b"
        #expect(try AggregateMessage.messages(in: aggregate(hex, at: 7)).map(\.timestamp) == [7, 39])
    }

    @Test("less than a header at the end, and missing or wrong back pointers, are ignored")
    func trailing() throws {
        let one = [message(.audio, at: 5000, "af")]
        for tail in ["", "00", "00000000", "ffffffff", "0000000c 08000000000000000000"] {
            #expect(try AggregateMessage.messages(in: aggregate("08 000001 000000 00 000000 af" + tail)) == one)
        }
        #expect(try AggregateMessage.messages(in: aggregate("")) == [])
    }

    @Test("a size past the end is a fault")
    func pastTheEnd() {
        #expect(throws: RTMPFault.aggregatePartTooLong(bytes: 2)) {
            try AggregateMessage.messages(in: aggregate("08 000002 000000 00 000000 af"))
        }
        #expect(throws: RTMPFault.aggregatePartTooLong(bytes: 0xFF_FFFF)) {
            try AggregateMessage.messages(in: aggregate("08 ffffff 000000 00 000000 af 0000000c"))
        }
    }

    @Test("a part may be as long as it might be by itself, and no longer")
    func tooLongByType() throws {
        var limits = RTMPLimits()
        limits.dataMessageBytes = 2
        limits.commandMessageBytes = 1
        let data = aggregate("12 000002 000000 00 000000 aabb 0000000d")
        #expect(try AggregateMessage.messages(in: data, limits: limits).count == 1)
        #expect(throws: RTMPFault.messageTooLong(type: .data, bytes: 3)) {
            try AggregateMessage.messages(
                in: aggregate("12 000003 000000 00 000000 aabbcc 0000000e"), limits: limits)
        }
        #expect(throws: RTMPFault.messageTooLong(type: .command, bytes: 2)) {
            try AggregateMessage.messages(
                in: aggregate("14 000002 000000 00 000000 aabb 0000000d"), limits: limits)
        }
    }

    @Test(
        "aggregates and protocol control within an aggregate are faults",
        arguments: [22, 1, 2, 3, 4, 5, 6] as [UInt8])
    func forbidden(type: UInt8) {
        var bad = aggregate("00 000000 000000 00 000000 0000000b")
        bad.payload.setInteger(type, at: bad.payload.readerIndex)
        #expect(throws: RTMPFault.forbiddenInAggregate(RTMPMessageType(rawValue: type))) {
            try AggregateMessage.messages(in: bad)
        }
    }

    @Test("empty parts without end stop at the limit")
    func count() throws {
        let part = ByteBuffer(hex: "08 000000 000000 00 000000 0000000b")
        var whole = aggregate("")
        for _ in 0..<4096 { whole.payload.writeImmutableBuffer(part) }
        #expect(try AggregateMessage.messages(in: whole).count == 4096)
        whole.payload.writeImmutableBuffer(part)
        #expect(throws: RTMPFault.tooManyMessagesInAggregate) { try AggregateMessage.messages(in: whole) }
    }

    @Test("what was joined comes apart again, and other messages are themselves")
    func roundTrip() throws {
        let messages = [
            message(.video, at: 0xFFFF_FFFF, "0102"), message(.audio, at: 3, ""), message(.data, at: 20, "aa"),
        ]
        #expect(try AggregateMessage.messages(in: aggregate(of: messages)) == messages)
        #expect(try AggregateMessage.messages(in: messages[0]) == [messages[0]])
    }

    @Test("truncations and random bytes never trap", arguments: 0..<200 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
            Bool.random(using: &generator) ? UInt8(0) : UInt8.random(in: 0...22, using: &generator)
        }
        var message = aggregate("")
        message.payload = ByteBuffer(bytes: bytes)
        _ = try? AggregateMessage.messages(in: message)
    }
}
