/// An element as it was read.
struct XMLElement {
    /// The name with its prefix, if it has one.
    let name: String
    private(set) var attributes: [(name: String, value: String)] = []
    var children: [XMLElement] = []
    /// The character data directly in it.
    var text = ""

    init(name: String) {
        self.name = name
    }

    /// Adds an attribute, or returns `false` when there is one of that name.
    mutating func add(_ name: String, _ value: String) -> Bool {
        guard !attributes.contains(where: { $0.name == name }) else { return false }
        attributes.append((name, value))
        return true
    }

    func value(of name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }
}
