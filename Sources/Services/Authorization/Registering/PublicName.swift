/// A stream's public name, made of what people call it.
enum PublicName {
    /// Characters that are taken of a title: 60, so that URLs stay short.
    private static let longest = 60

    /// `My Live Event` becomes `my-live-event`; empty where the title has no letter of URLs.
    static func make(of title: String) -> String {
        var name = ""
        for scalar in title.lowercased().unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": name.unicodeScalars.append(scalar)
            case _ where !name.isEmpty && name.last != "-": name.append("-")
            default: break
            }
            if name.utf8.count >= longest { break }
        }
        name = String(name.prefix(longest))
        while name.last == "-" { name.removeLast() }
        return SecretText.isReserved(name) ? "" : name
    }

    /// Chance that tells names apart.
    static func suffix() -> String {
        String(SecretText.salt().prefix(6))
    }
}
