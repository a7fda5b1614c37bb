extension ValueForm where Value == String? {
    /// A program, or none.
    static var programOrOff: ValueForm {
        let accepts = "the path or the name of a program, or off"
        return ValueForm(texts: accepts) {
            $0 ?? "off"
        } parse: { text throws(TextFault) in
            guard !text.isEmpty, !text.utf8.contains(0) else {
                throw TextFault(problem: .notAccepted(text, accepts: accepts))
            }
            // `off` without quotes is a switch in YAML.
            return text.lowercased() == "off" || text.lowercased() == "false" ? nil : text
        }
    }
}
