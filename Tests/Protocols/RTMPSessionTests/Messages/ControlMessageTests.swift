import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Control messages")
struct ControlMessageTests {
    /// Type, payload, meaning: RTMP 1.0 §5.4 and §7.1.7.
    private static let table: [(RTMPMessageType, String, ControlMessage)] = [
        (.setChunkSize, "00000001", .setChunkSize(1)),
        (.setChunkSize, "00001000", .setChunkSize(4096)),
        (.setChunkSize, "7fffffff", .setChunkSize(0x7FFF_FFFF)),
        (.abort, "00000004", .abort(chunkStreamID: 4)),
        (.acknowledgement, "ffffffff", .acknowledgement(.max)),
        (.windowAcknowledgementSize, "002625a0", .windowAcknowledgementSize(2_500_000)),
        (.windowAcknowledgementSize, "00000000", .windowAcknowledgementSize(0)),
        (.setPeerBandwidth, "002625a0 00", .setPeerBandwidth(window: 2_500_000, limitType: .hard)),
        (.setPeerBandwidth, "002625a0 01", .setPeerBandwidth(window: 2_500_000, limitType: .soft)),
        (.setPeerBandwidth, "002625a0 02", .setPeerBandwidth(window: 2_500_000, limitType: .dynamic)),
        (.setPeerBandwidth, "00000000 ff", .setPeerBandwidth(window: 0, limitType: .init(rawValue: 255))),
        (.userControl, "0000 00000001", .user(.streamBegin(messageStreamID: 1))),
        (.userControl, "0001 00000001", .user(.streamEOF(messageStreamID: 1))),
        (.userControl, "0002 00000001", .user(.streamDry(messageStreamID: 1))),
        (.userControl, "0003 00000001 00000bb8", .user(.setBufferLength(messageStreamID: 1, milliseconds: 3000))),
        (.userControl, "0004 00000001", .user(.streamIsRecorded(messageStreamID: 1))),
        (.userControl, "0006 000003e8", .user(.pingRequest(1000))),
        (.userControl, "0007 000003e8", .user(.pingResponse(1000))),
        (.userControl, "001a 01", .user(.swfVerifyRequest(ByteBuffer(hex: "01")))),
        (.userControl, "001b 0101", .user(.swfVerifyResponse(ByteBuffer(hex: "0101")))),
        (.userControl, "001f 00000001", .user(.bufferEmpty(messageStreamID: 1))),
        (.userControl, "0020 00000001", .user(.bufferReady(messageStreamID: 1))),
        (.userControl, "0022 aabb", .user(.unknown(event: 34, payload: ByteBuffer(hex: "aabb")))),
        (.userControl, "0005", .user(.unknown(event: 5, payload: ByteBuffer()))),
    ]

    private func message(_ type: RTMPMessageType, _ payload: ByteBuffer) -> RTMPMessage {
        RTMPMessage(type: type, timestamp: 0, messageStreamID: 0, payload: payload)
    }

    @Test("bytes and meaning, both ways", arguments: table.indices)
    func bothWays(index: Int) throws {
        let (type, hex, control) = Self.table[index]
        #expect(try ControlMessage(parsing: message(type, ByteBuffer(hex: hex))) == control)
        #expect(control.message == message(type, ByteBuffer(hex: hex)))
    }

    @Test("every truncation is a fault of its own length", arguments: table.indices)
    func truncations(index: Int) {
        let (type, hex, control) = Self.table[index]
        let whole = ByteBuffer(hex: hex)
        let needed: Int
        switch control {
        case .user(.swfVerifyRequest), .user(.swfVerifyResponse), .user(.unknown): needed = 2
        default: needed = whole.readableBytes
        }
        for length in 0..<needed {
            #expect(throws: RTMPFault.controlMessageTooShort(type: type, bytes: length)) {
                try ControlMessage(parsing: message(type, whole.part(0, length)))
            }
        }
    }

    @Test("bytes beyond the fields are ignored, other types are none of these")
    func tolerance() throws {
        #expect(try ControlMessage(parsing: message(.abort, ByteBuffer(hex: "00000004ff"))) == .abort(chunkStreamID: 4))
        #expect(try ControlMessage(parsing: message(.video, ByteBuffer(hex: "00"))) == nil)
        #expect(try ControlMessage(parsing: message(.init(rawValue: 7), ByteBuffer())) == nil)
    }

    @Test("a chunk size that cannot be said is written as the nearest that can")
    func clampedChunkSize() {
        #expect(ControlMessage.setChunkSize(0).message.payload.hex == "00000001")
        #expect(ControlMessage.setChunkSize(.max).message.payload.hex == "7fffffff")
    }

    @Test("random events never trap", arguments: 0..<200 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for type in 0...7 as ClosedRange<UInt8> {
            let length = Int.random(in: 0...12, using: &generator)
            let payload = ByteBuffer(
                bytes: (0..<length).map { $0 == 0 ? 0 : UInt8.random(in: 0...40, using: &generator) })
            _ = try? ControlMessage(parsing: message(.init(rawValue: type), payload))
        }
    }
}
