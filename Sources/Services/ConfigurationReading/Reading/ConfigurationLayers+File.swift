extension ConfigurationLayers {
    /// Adds the file `name`, whose document is `root`.
    mutating func add(_ root: YAMLNode, ofFile name: String) {
        let file = ConfigurationOrigin.file(name, line: root.line)
        for entry in entries(of: root, as: nil, at: file) {
            guard entry.key == "apps" else {
                let found = assignments(in: [entry], of: ServerConfiguration.keys, within: "", prefix: "", at: file)
                for (key, assignment) in found { assign(key, assignment) }
                continue
            }
            for entry in entries(of: entry.value, as: "apps", at: file.at(line: entry.line)) {
                let origin = file.at(line: entry.line)
                let key = "apps.\(entry.key)"
                guard self.name(application: entry.key, at: origin) else { continue }
                let keys = entries(of: entry.value, as: key, at: origin)
                let found = assignments(
                    in: keys, of: ApplicationConfiguration.keys, within: "", prefix: key + ".", at: file)
                for (key, assignment) in found { assign(key, of: entry.key, assignment) }
            }
        }
    }

    /// The entries of a section; nothing after the colon is an empty section.
    private mutating func entries(
        of node: YAMLNode, as key: String?, at origin: ConfigurationOrigin, suggestion: String? = nil
    ) -> [YAMLNode.Entry] {
        if node.isNothing { return [] }
        guard case .mapping(let entries) = node.content else {
            refuse(
                .wrongShape(expected: "a section", found: node.shape), at: origin, key: key, suggestion: suggestion)
            return []
        }
        return entries
    }

    /// The assignments in `entries`, and in the sections among them.
    private mutating func assignments<Section>(
        in entries: [YAMLNode.Entry], of table: KeyTable<Section>, within section: String, prefix: String,
        at origin: ConfigurationOrigin
    ) -> [(key: String, Assignment)] {
        var found: [(key: String, Assignment)] = []
        for entry in entries {
            let origin = origin.at(line: entry.line)
            let name = section + entry.key
            let isOneName = !entry.key.contains(".")
            if isOneName, table.key(name) != nil {
                found.append((name, Assignment(node: entry.value, origin: origin)))
            } else if isOneName, table.isSection(name) {
                let entries = self.entries(
                    of: entry.value, as: prefix + name, at: origin, suggestion: Self.meant(by: entry, of: table, name))
                found += assignments(in: entries, of: table, within: name + ".", prefix: prefix, at: origin)
            } else if table.isLater(name) {
                refuse(.keyNotAvailable, at: origin, key: prefix + name)
            } else {
                let meant = Self.meant(by: entry.key, of: table, within: section, prefix: prefix)
                refuse(.unknownKey, at: origin, key: prefix + name, suggestion: meant)
            }
        }
        return found
    }

    /// The section that is meant by an entry that has a single value instead.
    private static func meant<Section>(
        by entry: YAMLNode.Entry, of table: KeyTable<Section>, _ name: String
    ) -> String? {
        guard case .scalar(let text, _) = entry.value.content else { return nil }
        let section = name + "."
        var keys: [String: String] = [:]
        for key in table.keys where key.name.hasPrefix(section) {
            keys[String(key.name.dropFirst(section.count))] = key.accepts
        }
        return FamiliarWords.section(entry.key, holding: text, keys: keys)
    }

    /// The known key that is meant by an unknown one: what people are known to write, the same name elsewhere, what is
    /// nearest in its section, what is nearest anywhere.
    private static func meant<Section>(
        by word: String, of table: KeyTable<Section>, within section: String, prefix: String
    ) -> String? {
        if table.key(section + word) != nil {
            let parts = word.split(separator: ".")
            return parts.dropLast().reduce("") { $0 + "\($1): { " } + "\(parts.last ?? ""): … }"
        }
        if let name = FamiliarWords.key(section + word, prefix: prefix) { return name }
        if section.isEmpty, let name = Self.elsewhere(word, prefix: prefix) { return name }
        let names = table.keys.map(\.name) + table.sections.map(\.name) + (prefix.isEmpty ? ["apps"] : [])
        let siblings = names.filter { $0.hasPrefix(section) && !$0.dropFirst(section.count).contains(".") }
        if let name = Spelling.nearest(to: word, among: siblings.map { String($0.dropFirst(section.count)) }) {
            return prefix + section + name
        }
        let all =
            table.keys.map { prefix + $0.name } + ServerConfiguration.keys.keys.map(\.name)
            + ApplicationConfiguration.keys.keys.map { "apps.NAME.\($0.name)" }
        let lastParts = all.map { String($0.split(separator: ".").last ?? "") }
        return Spelling.nearest(to: word, among: lastParts).flatMap { part in
            lastParts.firstIndex(of: part).map { all[$0] }
        }
    }

    /// A key or section of this name on the other side of `apps`.
    private static func elsewhere(_ word: String, prefix: String) -> String? {
        let application = ApplicationConfiguration.keys
        if prefix.isEmpty {
            return application.key(word) != nil || application.isSection(word) ? "apps.NAME.\(word)" : nil
        }
        let server = ServerConfiguration.keys
        return server.key(word) != nil || server.isSection(word) ? word : nil
    }
}
