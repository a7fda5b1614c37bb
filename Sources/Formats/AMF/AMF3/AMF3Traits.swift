/// What the instances of a class have in common, sent once and referred to afterwards (AMF 3 §3.12).
struct AMF3Traits: Hashable, Sendable {
    let className: ExactText
    let isDynamic: Bool
    let sealedNames: [ExactText]

    init(className: String, isDynamic: Bool, sealedNames: [String]) {
        self.className = ExactText(text: className)
        self.isDynamic = isDynamic
        self.sealedNames = sealedNames.map(ExactText.init)
    }

    /// The bytes of all names.
    var utf8Count: Int {
        sealedNames.reduce(className.text.utf8.count) { $0 + $1.text.utf8.count }
    }
}
