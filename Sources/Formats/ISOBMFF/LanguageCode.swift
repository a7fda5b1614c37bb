/// How a track's language is written: three packed letters in `mdhd`, and the whole tag in `elng` when it is more than
/// that (ISO/IEC 14496-12 §8.4.2.3, §8.4.6).
struct LanguageCode: Equatable {
    /// The longest tag that is written, in characters: 35, which RFC 5646 §4.4.1 finds enough for any.
    static let longestTag = 35

    /// Three letters of ISO 639-2, five bits each; `und` when they are not known.
    let packed: UInt16
    /// The tag for `elng`; `nil` when `packed` says it all, or nothing is known.
    let extendedTag: String?

    init(_ tag: String?) {
        guard let tag, Self.isTag(tag) else {
            packed = Self.undetermined
            extendedTag = nil
            return
        }
        let letters = Array(tag.utf8)
        if letters.count == 3, letters.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) {
            packed = letters.reduce(0) { $0 << 5 | UInt16($1 - 0x60) }
            extendedTag = nil
        } else {
            packed = Self.undetermined
            extendedTag = tag
        }
    }

    /// The language that three packed letters name, or `nil` for `und` and for what is no language.
    static func unpack(_ packed: UInt16) -> String? {
        guard packed != undetermined else { return nil }
        let letters = [packed >> 10 & 31, packed >> 5 & 31, packed & 31].map { UInt8($0) + 0x60 }
        let isCode = letters.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        return isCode ? String(decoding: letters, as: UTF8.self) : nil
    }

    /// Whether `text` has the form of a language tag: letters, digits and hyphens, within the limit.
    static func isTag(_ text: String) -> Bool {
        let isOrdinary = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isOrdinary && (2...longestTag).contains(text.utf8.count)
    }

    /// `und`.
    private static let undetermined: UInt16 = 0x55C4
}
