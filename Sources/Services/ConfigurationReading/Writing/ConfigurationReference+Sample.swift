extension ConfigurationReference {
    /// `Documentation/swiftwater.yaml`: every key at its default, with what it does.
    public static var sample: String {
        var text = """
            # A configuration of Swiftwater with every key at its default; all of them are optional.
            # Made from the code by ConfigurationReference; a test compares them. Change the code, not this file.

            """
        text += "\n" + lines(ServerConfiguration.keys, within: "", of: ServerConfiguration(), indentation: "")
        for section in ServerConfiguration.keys.sections {
            text += "\n# \(section.summary)\n\(section.name):\n"
            text += lines(
                ServerConfiguration.keys, within: section.name + ".", of: ServerConfiguration(), indentation: "  ")
        }
        text +=
            "\n# How streams are kept and handed out: \"*\" is for every application; name one to say otherwise of it.\n"
        text += "apps:\n  \"*\":\n"
        let application = ApplicationConfiguration()
        text += lines(ApplicationConfiguration.keys, within: "", of: application, indentation: "    ")
        for section in ApplicationConfiguration.keys.sections {
            text += "    # \(section.summary)\n    \(section.name):\n"
            text += lines(
                ApplicationConfiguration.keys, within: section.name + ".", of: application, indentation: "      ")
        }
        return text + "  # live:\n  #   on-duplicate: takeover\n"
    }

    private static func lines<Section>(
        _ table: KeyTable<Section>, within prefix: String, of section: Section, indentation: String
    ) -> String {
        var text = ""
        for key in table.keys where key.name.hasPrefix(prefix) {
            let name = key.name.dropFirst(prefix.count)
            guard !name.contains(".") else { continue }
            for line in wrapped(key.summary, width: 116 - indentation.count) { text += "\(indentation)# \(line)\n" }
            let value = key.text(section)
            text += "\(indentation)\(name): \(key.isText && value.contains(":") ? "\"\(value)\"" : value)\n"
            if name == "keys" { text += "\(indentation)# - { key: 3wJv9cQ…, stream: live/show, label: studio }\n" }
        }
        return text
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if line.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
