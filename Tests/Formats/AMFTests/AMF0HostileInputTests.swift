import AMF
import NIOCore
import TestSupport
import Testing

@Suite("AMF0 from a hostile peer")
struct AMF0HostileInputTests {
    static let faults: [(String, AMFFault)] = [
        ("00 40", .endOfMessage),
        ("01", .endOfMessage),
        ("0b 0000000000000000 00", .endOfMessage),
        ("03 00", .endOfMessage),
        ("03 0001 61", .endOfMessage),
        ("02 0004 616263", .lengthBeyondEnd(length: 4, remainingBytes: 3)),
        ("0c ffffffff 61", .lengthBeyondEnd(length: 0xffff_ffff, remainingBytes: 1)),
        ("0f 00000001", .lengthBeyondEnd(length: 1, remainingBytes: 0)),
        ("04", .reservedMarker(4)),
        ("0e", .reservedMarker(14)),
        ("12", .unknownMarker(0x12)),
        ("ff", .unknownMarker(0xff)),
        ("09", .unexpectedObjectEnd),
        ("03 0001 61 09", .unexpectedObjectEnd),
        ("0a ffffffff 05", .countBeyondEnd(count: 0xffff_ffff, remainingBytes: 1)),
        ("0a 00000002 05", .countBeyondEnd(count: 2, remainingBytes: 1)),
        ("07 0000", .unknownReference(0)),
        ("03 0001 61 05 0000 09 07 0001", .unknownReference(1)),
        ("03 0001 61 07 0000 0000 09", .referenceToEnclosingValue(0)),
        ("0a 00000001 0a 00000001 07 0000", .referenceToEnclosingValue(0)),
        ("11 12", .unknownMarker(0x12)),
    ]

    @Test("what is wrong is named", arguments: faults)
    func named(_ hex: String, _ fault: AMFFault) {
        #expect(throws: fault) { try AMF0Decoder.decodeAll(ByteBuffer(hex: hex)) }
    }

    @Test(
        "nesting ends at the limit, whatever nests",
        arguments: ["0a00000001", "03000161", "0800000000000161", "100000000161"])
    func nesting(_ level: String) throws {
        let opening = String(repeating: level, count: 32)
        #expect(throws: Never.self) { try AMF0Decoder.decodeAll(ByteBuffer(hex: opening + "05")) }
        #expect(throws: AMFFault.nestedTooDeep(limit: 32)) {
            try AMF0Decoder.decodeAll(ByteBuffer(hex: opening + level + "05"))
        }
        #expect(throws: AMFFault.nestedTooDeep(limit: 32)) {
            try AMF0Decoder.decodeAll(ByteBuffer(hex: String(repeating: level, count: 100_000)))
        }
    }

    @Test("nesting counts through AMF3")
    func nestingThroughAMF3() {
        let opening = String(repeating: "0a00000001", count: 31)
        #expect(throws: Never.self) { try AMF0Decoder.decodeAll(ByteBuffer(hex: opening + "11 09 03 01 01")) }
        #expect(throws: AMFFault.nestedTooDeep(limit: 32)) {
            try AMF0Decoder.decodeAll(ByteBuffer(hex: opening + "11 09 03 01 09 03 01 01"))
        }
    }

    @Test("an object has no more properties than the limit")
    func properties() {
        let property = "0001 61 05"
        let full = "03" + String(repeating: property, count: 1024)
        #expect(throws: Never.self) { try AMF0Decoder.decodeAll(ByteBuffer(hex: full + "000009")) }
        #expect(throws: AMFFault.tooManyProperties(limit: 1024)) {
            try AMF0Decoder.decodeAll(ByteBuffer(hex: full + property + "000009"))
        }
    }

    @Test("a strict array may hold more elements than an object may have properties")
    func keyframes() throws {
        let bytes = "0a 00001388" + String(repeating: "05", count: 5000)
        #expect(try AMF0Decoder.decodeAll(ByteBuffer(hex: bytes)).first?.elements?.count == 5000)
    }

    @Test("a message has no more values than the limit, however they are spread")
    func values() {
        let limits = AMFLimits(values: 10)
        for hex in [
            "05050505 05050505 0505", "0a 00000009 050505050505050505", "03 0001 61 0a 00000008 0505050505050505",
        ] {
            #expect(throws: Never.self) { try AMF0Decoder.decodeAll(ByteBuffer(hex: hex), limits: limits) }
        }
        for hex in [
            "05050505 05050505 050505", "0a 0000000a 05050505050505050505", "03 0001 61 0a 00000009 050505050505050505",
            "11 09 15 01 01010101010101010101",
        ] {
            #expect(throws: AMFFault.tooManyValues(limit: 10)) {
                try AMF0Decoder.decodeAll(ByteBuffer(hex: hex), limits: limits)
            }
        }
    }

    @Test("arrays within arrays cannot each count the same bytes as theirs")
    func countsWithinCounts() {
        var buffer = ByteBuffer()
        for _ in 0..<16 { buffer.writeBytes([0x0A, 0, 0, 0xF0, 0]) }
        buffer.writeRepeatingByte(0x05, count: 0xF000)
        #expect(throws: AMFFault.tooManyValues(limit: 65_536)) { try AMF0Decoder.decodeAll(buffer) }
    }
}
