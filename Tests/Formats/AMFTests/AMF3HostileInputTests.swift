import AMF
import NIOCore
import TestSupport
import Testing

@Suite("AMF3 from a hostile peer")
struct AMF3HostileInputTests {
    static let faults: [(String, AMFFault)] = [
        ("04", .endOfMessage),
        ("04 ffffff", .endOfMessage),
        ("05 00000000", .endOfMessage),
        ("12", .unknownMarker(0x12)),
        ("06 00", .unknownReference(0)),
        ("06 07 6162", .lengthBeyondEnd(length: 3, remainingBytes: 2)),
        ("06 ffffffff 61", .lengthBeyondEnd(length: 0x0fff_ffff, remainingBytes: 1)),
        ("0c ffffffff", .lengthBeyondEnd(length: 0x0fff_ffff, remainingBytes: 0)),
        ("09 ffffffff 01 01", .countBeyondEnd(count: 0x0fff_ffff, remainingBytes: 1)),
        ("0d ffffffff 00 00000000", .countBeyondEnd(count: 0x0fff_ffff, remainingBytes: 4)),
        ("0d 05 00 00000000 000000", .countBeyondEnd(count: 2, remainingBytes: 7)),
        ("0f ffffffff 00 0000000000000000", .countBeyondEnd(count: 0x0fff_ffff, remainingBytes: 8)),
        ("10 ffffffff 00 01 01", .countBeyondEnd(count: 0x0fff_ffff, remainingBytes: 1)),
        ("11 ffffffff 00 0101", .countBeyondEnd(count: 0x0fff_ffff, remainingBytes: 2)),
        ("11 05 00 010101", .countBeyondEnd(count: 2, remainingBytes: 3)),
        ("0a ffffffff 01", .externalizableObject(className: "")),
        ("0a 07 03 43", .externalizableObject(className: "C")),
        ("0a fffffffb 01", .tooManyProperties(limit: 1024)),
        ("0a 13 01", .countBeyondEnd(count: 1, remainingBytes: 0)),
        ("0a 01", .unknownReference(0)),
        ("0a 00", .unknownReference(0)),
        ("09 03 01 09 00", .referenceToEnclosingValue(0)),
        ("0a 0b 01 03 61 0a 00 01", .referenceToEnclosingValue(0)),
        ("11 03 00 11 00 01", .referenceToEnclosingValue(0)),
    ]

    @Test("what is wrong is named", arguments: faults)
    func named(_ hex: String, _ fault: AMFFault) {
        #expect(throws: fault) { try AMF3Decoder.decodeAll(ByteBuffer(hex: hex)) }
    }

    @Test(
        "nesting ends at the limit, whatever nests",
        arguments: ["090301", "0a0b010361", "10030001", "11030001"])
    func nesting(_ level: String) {
        #expect(throws: AMFFault.nestedTooDeep(limit: 32)) {
            try AMF3Decoder.decodeAll(ByteBuffer(hex: String(repeating: level, count: 33) + "0101"))
        }
        #expect(throws: AMFFault.nestedTooDeep(limit: 32)) {
            try AMF3Decoder.decodeAll(ByteBuffer(hex: String(repeating: level, count: 100_000)))
        }
        #expect {
            try AMF3Decoder.decodeAll(ByteBuffer(hex: String(repeating: level, count: 32)))
        } throws: { error in
            error as? AMFFault != .nestedTooDeep(limit: 32)
        }
    }

    @Test("an object has no more dynamic members than the limit")
    func properties() {
        let full = "0a 0b 01 03 61 01" + String(repeating: "00 01", count: 1023)
        #expect(throws: Never.self) { try AMF3Decoder.decodeAll(ByteBuffer(hex: full + "01")) }
        #expect(throws: AMFFault.tooManyProperties(limit: 1024)) {
            try AMF3Decoder.decodeAll(ByteBuffer(hex: full + "00 01 01"))
        }
    }

    @Test("the members of an object count, whether its traits or the whole of it came by reference")
    func membersByReference() {
        for again in ["0a 01 01 01", "0a 00"] {
            let bytes = ByteBuffer(hex: "0a 23 01 03 61 03 62 01 01" + again)
            #expect(throws: Never.self) { try AMF3Decoder.decodeAll(bytes, limits: AMFLimits(values: 6)) }
            #expect(throws: AMFFault.tooManyValues(limit: 5)) {
                try AMF3Decoder.decodeAll(bytes, limits: AMFLimits(values: 5))
            }
        }
    }
}
