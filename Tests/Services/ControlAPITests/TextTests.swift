import Foundation
import NIOCore
import Testing
import TextCoding

@testable import ControlAPI

@Suite("Control API: what it writes")
struct TextTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String { String(buffer: JSONWriter.object(body)) }

    @Test("members stand in order, those without value are left out")
    func members() {
        let written = text { writer in
            writer.member("a", 1)
            writer.member("b", nil as Int?)
            writer.member("c", true)
            writer.member("d") { $0.member("e", "x") }
            writer.member("f", of: [1, 2]) { $0.number($1) }
            writer.member("g", of: [Int]()) { $0.number($1) }
            writer.member("h", of: ["x"]) { writer, value in writer.object { $0.member("i", value) } }
        }
        #expect(written == #"{"a":1,"c":true,"d":{"e":"x"},"f":[1,2],"g":[],"h":[{"i":"x"}]}"#)
    }

    @Test("numbers have three places at most, and are numbers")
    func numbers() {
        for (value, expected) in [
            (0.0, "0"), (1, "1"), (0.5, "0.5"), (1.2345, "1.235"), (-0.25, "-0.25"), (-0.0001, "0"), (29.97, "29.97"),
            (1e14, "100000000000000"),
        ] {
            #expect(text { $0.member("a", value) } == "{\"a\":\(expected)}")
        }
        #expect(text { $0.member("a", .nan) } == "{}")
        #expect(text { $0.member("a", .infinity) } == "{}")
        #expect(text { $0.member("a", 1e300) } == "{\"a\":null}")
    }

    @Test("any text comes back as it was, with nothing in it that a page could take for markup")
    func strings() throws {
        let wild = "a\"b\\c\u{0}\u{1F}\u{7F}</script><!--&é\u{2028}👩‍👩‍👧"
        let bytes = JSONWriter.object { $0.member("a", wild) }
        let read = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView)) as? [String: String]
        #expect(read == ["a": wild])
        #expect(!String(buffer: bytes).contains { "<>&".contains($0) })
    }

    @Test("times are those of RFC 3339")
    func times() {
        let time = UTCTime(millisecondsSince1970: 1_795_284_812_250)
        #expect(text { $0.member("a", time: time) } == #"{"a":"2026-11-21T18:13:32.250Z"}"#)
        #expect(text { $0.member("a", time: nil) } == "{}")
    }
}
