import AMF
import NIOCore
import TestSupport
import Testing

/// A value and how it is written: read from these bytes, written as these bytes.
struct AMF0Example: Sendable, CustomTestStringConvertible {
    let section: String
    let hex: String
    let value: AMF0Value
    var testDescription: String { section }

    static let all: [AMF0Example] = [
        .init(section: "§2.2 number", hex: "00 4004000000000000", value: 2.5),
        .init(section: "§2.2 negative zero", hex: "00 8000000000000000", value: .number(-0.0)),
        .init(section: "§2.3 true", hex: "01 01", value: true),
        .init(section: "§2.3 false", hex: "01 00", value: false),
        .init(section: "§2.4 string", hex: "02 0003 6b6579", value: "key"),
        .init(section: "§2.4 empty string", hex: "02 0000", value: ""),
        .init(section: "§2.4 text of two and four bytes a character", hex: "02 0006 c3a9 f09f8eac", value: "é🎬"),
        .init(section: "§2.5 object", hex: "03 0001 61 05 0001 62 06 0000 09", value: ["a": nil, "b": .undefined]),
        .init(section: "§2.5 empty object", hex: "03 0000 09", value: [:]),
        .init(section: "§2.5 object in an object", hex: "03 0001 61 03 0000 09 0000 09", value: ["a": [:]]),
        .init(section: "§2.5 empty name that is no end", hex: "03 0000 05 0000 09", value: ["": nil]),
        .init(section: "§2.7 null", hex: "05", value: nil),
        .init(section: "§2.8 undefined", hex: "06", value: .undefined),
        .init(
            section: "§2.10 ECMA array", hex: "08 00000001 0001 61 0101 0000 09",
            value: .ecmaArray([AMFProperty("a", true)])),
        .init(section: "§2.12 strict array", hex: "0a 00000002 05 0a 00000000", value: [nil, []]),
        .init(
            section: "§2.13 date", hex: "0b 4277a7d3f0a00000 ffc4",
            value: .date(milliseconds: Double(bitPattern: 0x4277_a7d3_f0a0_0000), timeZone: -60)),
        .init(section: "§2.15 unsupported", hex: "0d", value: .unsupported),
        .init(section: "§2.17 XML document", hex: "0f 00000004 3c612f3e", value: .xmlDocument("<a/>")),
        .init(
            section: "§2.18 typed object", hex: "10 0001 43 0001 61 05 0000 09",
            value: .typedObject(className: "C", properties: [AMFProperty("a", nil)])),
        .init(section: "§3.1 AVM+", hex: "11 04 7f", value: .avmPlus(.integer(127))),
    ]
}

@Suite("AMF0 values and their bytes")
struct AMF0ValueBytesTests {
    @Test("each value is read from the bytes of its section", arguments: AMF0Example.all)
    func reads(_ example: AMF0Example) throws {
        #expect(try AMF0Decoder.decodeAll(ByteBuffer(hex: example.hex)) == [example.value])
    }

    @Test("each value is written as the bytes of its section", arguments: AMF0Example.all)
    func writes(_ example: AMF0Example) {
        var buffer = ByteBuffer()
        buffer.writeAMF0(example.value)
        #expect(buffer.hex == ByteBuffer(hex: example.hex).hex)
    }

    @Test("a value cut short anywhere is a fault, or an object that the end of the message ended")
    func truncations() {
        for example in AMF0Example.all {
            let whole = ByteBuffer(hex: example.hex)
            for length in 0..<whole.readableBytes {
                guard let cut = whole.getSlice(at: 0, length: length), length > 0 else { continue }
                let values = try? AMF0Decoder.decodeAll(cut)
                #expect(values == nil || example.value.properties != nil, "\(example.section) at \(length)")
            }
        }
    }

    @Test("a string is written as a long string from 65,536 bytes on")
    func longString() throws {
        for (length, marker) in [(65_535, UInt8(0x02)), (65_536, 0x0C)] {
            let value = AMF0Value.string(String(repeating: "x", count: length))
            var buffer = ByteBuffer()
            buffer.writeAMF0(value)
            #expect(buffer.getInteger(at: 0) == marker)
            #expect(try AMF0Decoder.decodeAll(buffer) == [value])
        }
    }

    @Test("a name longer than a length can say is cut between characters")
    func longName() throws {
        let name = "x" + String(repeating: "é", count: 40_000)
        var buffer = ByteBuffer()
        buffer.writeAMF0([.object([AMFProperty(name, 1)]), "after"])
        let values = try AMF0Decoder.decodeAll(buffer)
        #expect(values.first?.properties?.first?.name == "x" + String(repeating: "é", count: 32_767))
        #expect(values.last == "after")
    }

    @Test("a not-a-number keeps its bits")
    func notANumber() throws {
        let bytes = ByteBuffer(hex: "00 7ff8000000000123")
        var written = ByteBuffer()
        written.writeAMF0(try AMF0Decoder.decodeAll(bytes))
        #expect(written == bytes)
    }

    @Test("FFmpeg's connect command is read and written back byte for byte")
    func connectCommand() throws {
        let bytes = ByteBuffer(
            hex: """
                020007636f6e6e656374 003ff0000000000000 03 0003617070 0200046c697665 000474797065
                02000a6e6f6e70726976617465 0008666c617368566572 020008464d4c452f332e30 0005746355726c
                02001572746d703a2f2f3132372e302e302e312f6c697665 000009
                """)
        let values = try AMF0Decoder.decodeAll(bytes)
        #expect(
            values == [
                "connect", 1,
                [
                    "app": "live", "type": "nonprivate", "flashVer": "FMLE/3.0",
                    "tcUrl": "rtmp://127.0.0.1/live",
                ],
            ])
        var written = ByteBuffer()
        written.writeAMF0(values)
        #expect(written == bytes)
    }
}
