import Testing

@testable import TextCoding

@Suite("Text that has to fit")
struct FittingTextTests {
    @Test(
        "is cut to bytes, between scalars, and not at all where it fits",
        arguments: [
            ("", 0, ""), ("abc", 3, "abc"), ("abc", 2, "ab"), ("abc", 0, ""), ("aé", 2, "a"), ("aé", 3, "aé"),
            ("€€", 5, "€"), ("👩‍🚀", 6, "👩"), ("👩‍🚀", 7, "👩\u{200D}"),
        ] as [(String, Int, String)])
    func cut(text: String, limit: Int, expected: String) {
        #expect(text.fitting(utf8Bytes: limit) == expected)
        #expect(("x" + text).dropFirst().fitting(utf8Bytes: limit) == expected)
    }

    @Test("is short though it is one character")
    func oneCharacter() {
        let text = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(text.count == 1)
        #expect(text.fitting(utf8Bytes: 64).utf8.count == 63)
    }
}
