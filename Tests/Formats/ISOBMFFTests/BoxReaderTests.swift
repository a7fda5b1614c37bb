import ISOBMFF
import NIOCore
import TestSupport
import Testing

@Suite("Box reader")
struct BoxReaderTests {
    @Test("boxes with 32-bit, 64-bit and open sizes are read with their places")
    func sizes() throws {
        let bytes = ByteBuffer(
            hex: "0000000a66726565aabb" + "0000000173747970 0000000000000013 010203" + "000000006d646174 0405")
        var reader = BoxReader(bytes)
        let free = try #require(try reader.next())
        #expect(free.type == "free" && free.content.hex == "aabb" && free.offset == 0 && free.contentOffset == 8)
        let styp = try #require(try reader.next())
        #expect(styp.type == "styp" && styp.content.hex == "010203" && styp.offset == 10 && styp.contentOffset == 26)
        let mdat = try #require(try reader.next())
        #expect(mdat.type == "mdat" && mdat.content.hex == "0405" && mdat.offset == 29 && mdat.size == 10)
        #expect(try reader.next() == nil)
    }

    @Test("a reader asked for a type passes over the others")
    func search() throws {
        var reader = BoxReader(ByteBuffer(hex: "0000000866726565 0000000966726565aa 000000086d646174"))
        #expect(try reader.next("mdat")?.offset == 17)
        #expect(try reader.next("mdat") == nil)
    }

    @Test("sizes below the header, beyond the end and beyond 63 bits are refused")
    func wrongSizes() {
        let cases: [(String, ISOBMFFFault)] = [
            ("0000000766726565", .boxShorterThanHeader("free", size: 7)),
            ("0000000166726565 000000000000000f", .boxShorterThanHeader("free", size: 15)),
            ("0000000966726565", .boxLongerThanParent("free", size: 9)),
            ("0000000166726565 ffffffffffffffff", .boxLongerThanParent("free", size: .max)),
            ("0000000166726565 8000000000000000", .boxLongerThanParent("free", size: 1 << 63)),
            ("0000000166726565 00000000000000", .truncated("free")),
            ("00000008667265", .truncated("file")),
        ]
        for (hex, fault) in cases {
            var reader = BoxReader(ByteBuffer(hex: hex))
            #expect(throws: fault) { try reader.next() }
        }
    }

    @Test("only a box of the file itself may reach to the end without a size")
    func openSizeInside() throws {
        var reader = BoxReader(ByteBuffer(hex: "000000106d6f6f76 0000000066726565"))
        var children = try #require(try reader.next()).children()
        #expect(throws: ISOBMFFFault.boxShorterThanHeader("free", size: 0)) { try children.next() }
    }

    @Test("boxes nested without end are refused at the limit")
    func nesting() throws {
        var bytes = ByteBuffer()
        for level in 0..<1000 {
            bytes.writeMultipleIntegers(UInt32(8 * (1000 - level)), BoxType("moov").rawValue)
        }
        var reader = BoxReader(bytes)
        var depth = 0
        #expect(throws: ISOBMFFFault.nestedTooDeep("moov")) {
            while let box = try reader.next() {
                depth += 1
                reader = try box.children()
            }
        }
        #expect(depth == BoxReader.deepestNesting)
    }

    @Test("fields read past the end, of negative length or skipped past the end are refused")
    func fields() throws {
        var reader = BoxReader(ByteBuffer(hex: "0000000c66726565 01020304"))
        let box = try #require(try reader.next())
        var fields = box.fields
        #expect(throws: ISOBMFFFault.truncated("free")) { try fields.readUInt64() }
        #expect(throws: ISOBMFFFault.truncated("free")) { try fields.skip(5) }
        #expect(throws: ISOBMFFFault.truncated("free")) { try fields.readBytes(-1) }
        #expect(try fields.readUInt32() == 0x0102_0304)
        #expect(throws: ISOBMFFFault.truncated("free")) { try box.children(after: 5) }
    }

    @Test("random bytes are read or refused, and never trap or run on")
    func randomBytes() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            let bytes = ByteBuffer(
                bytes: (0..<Int.random(in: 0...64, using: &generator)).map { _ in
                    // Small values make sizes that lead somewhere.
                    UInt8.random(in: 0...(Bool.random(using: &generator) ? 255 : 12), using: &generator)
                })
            var reader = BoxReader(bytes)
            var count = 0
            while let box = try? reader.next() {
                count += 1
                _ = try? box.fullBox()
            }
            #expect(count <= 8)
        }
    }

    @Test("a type is shown as its characters, and unprintable ones as dots")
    func description() {
        #expect(BoxType("moov").description == "moov")
        #expect(BoxType("url").rawValue == 0x7572_6C20)
        #expect(BoxType(rawValue: 0x6D00_FF76).description == "m..v")
    }
}
