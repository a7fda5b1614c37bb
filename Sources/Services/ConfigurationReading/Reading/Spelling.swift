/// Finds what somebody probably meant.
enum Spelling {
    /// Longer words get no suggestion; nobody mistypes a word of that length.
    private static let longestWord = 80

    /// The candidate that is nearest to `word`, if one is near: at most a third of its letters wrong.
    ///
    /// Of several the one that begins most like it, for beginnings are seldom mistyped.
    ///
    /// Case, hyphens and underscores do not count, so that `gopCache` and `gop_cache` find `gop-cache`.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(plain(word).utf8)
        guard !letters.isEmpty, letters.count <= longestWord else { return nil }
        var best: (distance: Int, beginning: Int, candidate: String)?
        for candidate in candidates {
            let other = Array(plain(candidate).utf8)
            let distance = distance(letters, other)
            guard distance <= max(1, min(letters.count, other.count) / 3) else { continue }
            let beginning = zip(letters, other).prefix { $0 == $1 }.count
            if let best, (distance, -beginning) >= (best.distance, -best.beginning) { continue }
            best = (distance, beginning, candidate)
        }
        return best?.candidate
    }

    /// The word without what is easily written in another way.
    static func plain(_ word: String) -> String {
        word.lowercased().filter { $0 != "-" && $0 != "_" }
    }

    /// Letters to insert, delete, replace or swap with their neighbour to make one word of the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var least = min(
                    previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    least = min(least, beforePrevious[column - 1] + 1)
                }
                current.append(least)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
