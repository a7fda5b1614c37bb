import AMF
import NIOCore
import TestSupport
import Testing

@Suite("What AMF0 reading lets pass")
struct AMF0ToleranceTests {
    @Test("the count of an ECMA array is not believed", arguments: ["00000000", "00000014", "ffffffff"])
    func ecmaCount(_ count: String) throws {
        let values = try AMF0Decoder.decodeAll(ByteBuffer(hex: "08 \(count) 0001 61 05 0001 62 06 0000 09 0101"))
        #expect(values == [.ecmaArray([AMFProperty("a", nil), AMFProperty("b", .undefined)]), true])
    }

    @Test(
        "the end of the message ends objects and ECMA arrays",
        arguments: ["03 0001 61 05", "03 0001 61 05 0000", "08 00000000 0001 61 05", "10 0000 0001 61 05"])
    func implicitEnd(_ hex: String) throws {
        let values = try AMF0Decoder.decodeAll(ByteBuffer(hex: hex))
        #expect(values.count == 1)
        #expect(values.first?.properties == [AMFProperty("a", nil)])
    }

    @Test("the end of the message ends an object within an object too")
    func nestedImplicitEnd() throws {
        #expect(try AMF0Decoder.decodeAll(ByteBuffer(hex: "03 0001 61 03 0001 62 05")) == [["a": ["b": nil]]])
    }

    @Test("any byte but 0 is true")
    func truth() throws {
        #expect(try AMF0Decoder.decodeAll(ByteBuffer(hex: "01ff")) == [true])
    }

    @Test("a short string may come as a long one")
    func shortLongString() throws {
        #expect(try AMF0Decoder.decodeAll(ByteBuffer(hex: "0c 00000001 61")) == ["a"])
    }

    @Test("bytes that are no UTF-8 are read as Latin-1, and differ where the bytes differ")
    func latin1() throws {
        let values = try AMF0Decoder.decodeAll(
            ByteBuffer(hex: "02 0004 636166e9  02 0004 636166e8  03 0001 ff 05 0000 09"))
        #expect(values == ["café", "cafè", ["ÿ": nil]])
    }

    @Test("values stay apart when their buffer does not begin with the message")
    func window() throws {
        for example in AMF0Example.all {
            try forEveryCutting(of: ByteBuffer(hex: example.hex)) { (pieces) throws in
                guard pieces.count == 1 else { return }
                #expect(try AMF0Decoder.decodeAll(pieces[0]) == [example.value])
            }
        }
    }
}
