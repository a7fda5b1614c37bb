import Testing
import TextCoding

@Suite("Characters in a line")
struct UnsafeCharacterTests {
    @Test(
        "what breaks a line, moves the cursor or hides something is unsafe",
        arguments: [
            "\n", "\r", "\t", "\0", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{E0001}",
        ] as [Unicode.Scalar])
    func harmful(character: Unicode.Scalar) {
        #expect(character.isUnsafeInLine)
    }

    @Test(
        "what can be seen is not, nor is a space", arguments: ["a", " ", "é", "漢", "🎉", "\"", "\\"] as [Unicode.Scalar])
    func harmless(character: Unicode.Scalar) {
        #expect(!character.isUnsafeInLine)
    }
}
