public import TextCoding

extension ChanceText {
    /// As many letters of the system's chance.
    public static func make(letters count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return make(letters: count, using: &generator)
    }

    /// The name of an object in the API, such as `key_…`, of the system's chance.
    public static func id(_ kind: String) -> String {
        var generator = SystemRandomNumberGenerator()
        return id(kind, using: &generator)
    }
}
