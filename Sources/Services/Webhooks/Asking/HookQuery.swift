/// How much of a client's parameters hooks are told.
enum HookQuery {
    /// Bytes of names and values that a question carries at most: 4 KiB.
    ///
    /// Back ends' tickets are shorter, and every session's parameters are kept for later questions.
    static let mostBytes = 4_096

    /// Bytes of all names and values.
    static func byteCount(_ query: [(name: String, value: String)]) -> Int {
        query.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }
}
