/// Text of chance: secrets, and names that cannot be guessed from one another.
///
/// Its letters need no encoding in any URL, and none of them is taken for another when it is read out.
public enum ChanceText {
    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    private static let bitsOfLetter = 5

    /// As many letters of five bits each.
    ///
    /// The generator is asked for whole words: the system's is a call of the kernel each time.
    public static func make(letters count: Int, using generator: inout some RandomNumberGenerator) -> String {
        var word: UInt64 = 0
        var bits = 0
        let bytes = (0..<max(0, count)).map { _ in
            if bits < bitsOfLetter {
                word = generator.next()
                bits = UInt64.bitWidth
            }
            defer {
                word >>= bitsOfLetter
                bits -= bitsOfLetter
            }
            return letters[Int(word & 31)]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The name of an object in the API, such as `rec_…`, with 80 bits of chance: no secret, but not to be guessed either.
    public static func id(_ kind: String, using generator: inout some RandomNumberGenerator) -> String {
        "\(kind)_\(make(letters: 16, using: &generator))"
    }
}
