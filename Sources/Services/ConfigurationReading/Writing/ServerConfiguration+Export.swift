extension ServerConfiguration {
    /// The configuration as a file that makes the same one: every key that is not at its default.
    ///
    /// Secrets are left out, with a line that says where they belong.
    public var exported: String {
        var text =
            "# The configuration in force, as far as it differs from the defaults. Secrets are not written out.\n"
        text += Self.lines(Self.keys, of: self, unlike: ServerConfiguration(), indentation: "")
        let others = Self.lines(
            ApplicationConfiguration.keys, of: otherApplications, unlike: ApplicationConfiguration(),
            indentation: "    ")
        let named = applications.sorted { $0.key < $1.key }.map { name, application in
            (
                name,
                Self.lines(
                    ApplicationConfiguration.keys, of: application, unlike: otherApplications, indentation: "    ")
            )
        }.filter { !$0.1.isEmpty }
        guard !others.isEmpty || !named.isEmpty else { return text }
        text += "apps:\n"
        if !others.isEmpty { text += "  \"*\":\n" + others }
        for (name, lines) in named { text += "  \(name.asYAML):\n" + lines }
        return text
    }

    /// The lines of the keys that are not as in `usual`, with a heading for each section.
    private static func lines<Section>(
        _ table: KeyTable<Section>, of section: Section, unlike usual: Section, indentation: String
    ) -> String {
        var text = ""
        var path: [Substring] = []
        // Keys of one section stand together in the table, but for those that were declared later.
        let wanted = table.keys.filter { !$0.isSame(section, usual) }
        let sections = wanted.reduce(into: [Substring]()) { found, key in
            let place = Self.section(of: key.name)
            if !found.contains(place) { found.append(place) }
        }.sorted { $0.isEmpty && !$1.isEmpty }
        for place in sections {
            for key in wanted where Self.section(of: key.name) == place {
                let parts = key.name.split(separator: ".")
                let headings = Array(parts.dropLast())
                let shared = zip(path, headings).prefix { $0 == $1 }.count
                for depth in shared..<headings.count {
                    text += "\(indentation)\(String(repeating: "  ", count: depth))\(headings[depth]):\n"
                }
                path = headings
                let inset = indentation + String(repeating: "  ", count: headings.count)
                let value = key.text(section)
                if key.kind == .secret || value.contains("…") {
                    text += "\(inset)# \(parts.last ?? ""): \(value.onOneLine)\n"
                } else {
                    text += "\(inset)\(parts.last ?? ""): \(key.isText ? value.asYAML : value)\n"
                }
            }
        }
        return text
    }

    private static func section(of key: String) -> Substring {
        key.lastIndex(of: ".").map { key[..<$0] } ?? ""
    }
}

extension String {
    /// The text as a value of YAML on one line, in quotes where it could be taken for something else.
    var asYAML: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "/"), UInt8(ascii: "~"), UInt8(ascii: "+"):
                    true
                default: false
                }
            } && first != "-" && self != "~" && lowercased() != "null"
        guard !isPlain else { return self }
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
                || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
