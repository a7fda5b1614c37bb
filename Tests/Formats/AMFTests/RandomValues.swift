import AMF
import NIOCore
import TestSupport

/// Values of all kinds, to write and read back.
extension SeededGenerator {
    mutating func amf0Value(depth: Int = 0) -> AMF0Value {
        switch Int.random(in: 0..<(depth < 4 ? 13 : 8), using: &self) {
        case 0: .number(Double.random(in: -1e9...1e9, using: &self))
        case 1: .boolean(Bool.random(using: &self))
        case 2: .string(text())
        case 3: .null
        case 4: .undefined
        case 5: .unsupported
        case 6:
            .date(
                milliseconds: Double.random(in: 0...2e12, using: &self), timeZone: .random(in: -720...720, using: &self)
            )
        case 7: .xmlDocument(text())
        case 8: .object(properties(depth))
        case 9: .ecmaArray(properties(depth))
        case 10: .strictArray(list { $0.amf0Value(depth: depth + 1) })
        case 11: .typedObject(className: text(), properties: properties(depth))
        default: .avmPlus(amf3Value(depth: depth + 1))
        }
    }

    mutating func amf3Value(depth: Int = 0) -> AMF3Value {
        switch Int.random(in: 0..<(depth < 4 ? 18 : 14), using: &self) {
        case 0: .undefined
        case 1: .null
        case 2: .boolean(Bool.random(using: &self))
        case 3: .integer(.random(in: -0x1000_0000...0x0fff_ffff, using: &self))
        case 4: .integer(.random(in: -300...300, using: &self))
        case 5: .double(Double.random(in: -1...1, using: &self))
        case 6: .string(text())
        case 7: .xmlDocument(text())
        case 8: .date(milliseconds: Double.random(in: 0...2e12, using: &self))
        case 9: .xml(text())
        case 10: .byteArray(ByteBuffer(bytes: list { UInt8.random(in: 0...255, using: &$0) }))
        case 11: .vectorInt(list { .random(in: .min ... .max, using: &$0) }, isFixedLength: Bool.random(using: &self))
        case 12: .vectorUInt(list { .random(in: .min ... .max, using: &$0) }, isFixedLength: Bool.random(using: &self))
        case 13: .vectorDouble(list { .random(in: 0...1, using: &$0) }, isFixedLength: Bool.random(using: &self))
        case 14:
            .array(
                dense: list { $0.amf3Value(depth: depth + 1) },
                associative: list { AMF3Property("k" + $0.text(), $0.amf3Value(depth: depth + 1)) })
        case 15:
            .object(
                AMF3Object(
                    className: text(), sealed: list { AMF3Property($0.text(), $0.amf3Value(depth: depth + 1)) },
                    dynamic: Bool.random(using: &self)
                        ? list { AMF3Property("k" + $0.text(), $0.amf3Value(depth: depth + 1)) } : nil))
        case 16: .vectorObject(className: text(), list { $0.amf3Value(depth: depth + 1) }, isFixedLength: false)
        default:
            .dictionary(
                list { AMF3DictionaryEntry($0.amf3Value(depth: depth + 1), $0.amf3Value(depth: depth + 1)) },
                hasWeakKeys: Bool.random(using: &self))
        }
    }

    private mutating func properties(_ depth: Int) -> [AMFProperty] {
        list { AMFProperty($0.text(), $0.amf0Value(depth: depth + 1)) }
    }

    private mutating func text() -> String {
        ["", "a", "name", "é", "e\u{301}", "🎬", String(repeating: "x", count: 200)].randomElement(using: &self) ?? ""
    }

    private mutating func list<Element>(_ element: (inout SeededGenerator) -> Element) -> [Element] {
        (0..<Int.random(in: 0...4, using: &self)).map { _ in element(&self) }
    }
}
