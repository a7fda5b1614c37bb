/// The four-character code that names a box, a brand or a handler, such as `moov` (ISO/IEC 14496-12 §4.2).
public struct BoxType: Hashable, Sendable {
    /// The four characters, the first in the highest byte.
    public let rawValue: UInt32

    /// Makes a type of the number that a file carries.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

extension BoxType: ExpressibleByStringLiteral {
    /// Makes a type of a literal's first four characters; a shorter one is filled up with spaces.
    public init(stringLiteral text: StaticString) {
        self.init(
            rawValue: text.withUTF8Buffer { characters in
                var value: UInt32 = 0
                for index in 0..<4 {
                    value = value << 8 | UInt32(index < characters.count ? characters[index] : UInt8(ascii: " "))
                }
                return value
            })
    }
}

extension BoxType: CustomStringConvertible {
    /// The four characters, a dot in place of each that is not printable ASCII.
    public var description: String {
        String(
            decoding: (0..<4).map { index in
                let character = UInt8(truncatingIfNeeded: rawValue >> (24 - 8 * UInt32(index)))
                return (0x20..<0x7F).contains(character) ? character : UInt8(ascii: ".")
            }, as: UTF8.self)
    }
}
