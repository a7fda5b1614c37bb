import AMF
import NIOCore
import TestSupport
import Testing

@Suite("Looking into AMF values")
struct AMF0AccessTests {
    @Test("of properties with the same name the last counts")
    func duplicates() throws {
        let value = try #require(AMF0Decoder.decodeAll(ByteBuffer(hex: "03 0001 61 0100 0001 61 0101 0000 09")).first)
        #expect(value["a"] == true)
        #expect(value["b"] == nil)
        #expect(value.properties?.count == 2)
    }

    @Test("objects, typed objects and ECMA arrays answer alike")
    func keyed() {
        let properties = [AMFProperty("app", "live")]
        for value in [
            AMF0Value.object(properties), .ecmaArray(properties), .typedObject(className: "C", properties: properties),
        ] {
            #expect(value["app"]?.string == "live")
            #expect(value.properties == properties)
        }
    }

    @Test("what is something else answers nil")
    func others() {
        let value: AMF0Value = "text"
        #expect(value.number == nil && value.boolean == nil && value.properties == nil && value.elements == nil)
        #expect(value["a"] == nil)
        #expect(AMF0Value.number(1).string == nil)
        #expect(AMF0Value.xmlDocument("<a/>").string == nil)
    }

    @Test("a value that came as AMF3 answers as if it had come as AMF0")
    func throughAMF3() {
        let value = AMF0Value.avmPlus(
            .object(
                AMF3Object(sealed: [AMF3Property("app", .string("live"))], dynamic: [AMF3Property("n", .integer(3))])))
        #expect(value["app"]?.string == "live")
        #expect(value["n"]?.number == 3)
        #expect(value.properties?.map(\.name) == ["app", "n"])
        #expect(AMF0Value.avmPlus(.boolean(true)).boolean == true)
        #expect(AMF0Value.avmPlus(.double(0.5)).number == 0.5)
        #expect(AMF0Value.avmPlus(.array(dense: [.null], associative: [])).elements == [.avmPlus(.null)])
    }

    @Test("literals keep the order of the text")
    func literals() {
        let value: AMF0Value = ["z": 1, "a": 2.5, "m": [true, nil, "x"], "o": [:]]
        #expect(
            value
                == .object([
                    AMFProperty("z", .number(1)), AMFProperty("a", .number(2.5)),
                    AMFProperty("m", .strictArray([.boolean(true), .null, .string("x")])),
                    AMFProperty("o", .object([])),
                ]))
    }
}
