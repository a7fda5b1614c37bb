import Testing

@testable import TextCoding

@Suite("Text of chance")
struct ChanceTextTests {
    /// Tells how often it was asked, and gives words of which each letter differs.
    private struct Counting: RandomNumberGenerator {
        var calls: UInt64 = 0

        mutating func next() -> UInt64 {
            calls += 1
            // 12 letters: a, b, c … of the first word, one further in each other.
            return (0..<12).reduce(0) { word, letter in word | ((letter + calls - 1) % 32) << (5 * letter) }
        }
    }

    @Test("a letter is five bits, and a word of chance gives twelve")
    func words() {
        var chance = Counting()
        #expect(ChanceText.make(letters: 14, using: &chance) == "abcdefghijkm" + "bc")
        #expect(chance.calls == 2)
        #expect(ChanceText.make(letters: 0, using: &chance).isEmpty)
        #expect(chance.calls == 2)
    }

    @Test("every letter comes, none that is taken for another, and no text twice")
    func letters() {
        var chance = SystemRandomNumberGenerator()
        let texts = (0..<1_000).map { _ in ChanceText.make(letters: 16, using: &chance) }
        #expect(Set(texts).count == 1_000)
        #expect(texts.allSatisfy { $0.count == 16 })
        let seen = Set(texts.joined())
        #expect(seen.count == 32 && seen.isDisjoint(with: "lo01ABC"))
        let id = ChanceText.id("rec", using: &chance)
        #expect(id.hasPrefix("rec_") && id.count == 20)
    }
}
