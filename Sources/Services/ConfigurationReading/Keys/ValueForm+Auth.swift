import EndpointCore

/// Characters of a secret: 16 at least, so that it cannot be guessed, and 512 at most.
private let secretLengths = 16...512
/// Bytes of a file that holds one secret: 4 KiB, a secret and its white space many times over.
private let longestSecretFile = 4096

extension ValueForm {
    /// Another form's value, or the word `inherit` for none.
    static func inherited<Inner>(_ form: ValueForm<Inner>) -> ValueForm where Value == Inner? {
        ValueForm(
            accepts: form.accepts + ", or inherit", range: form.range, isText: form.isText, kind: form.kind,
            choices: form.choices.isEmpty ? [] : form.choices + ["inherit"],
            read: { node, reading in
                if case .scalar("inherit", _) = node.content { return .some(nil) }
                return form.read(node, &reading).map(Optional.some)
            },
            text: { $0.map(form.text) ?? "inherit" })
    }
}

extension ValueForm where Value == ServerConfiguration.Auth.KeySetPlace? {
    /// A file's path, an address with `http` or `https`, or `off`.
    ///
    /// The address is shown whole: what it leads to is public.
    static var keySetOrOff: ValueForm {
        let accepts = "the path of a file, an address such as https://host/path, or off"
        return ValueForm(
            accepts: accepts, isText: true,
            read: { node, reading in
                guard case .scalar(let text, _) = node.content, !node.isNothing, !text.utf8.contains(0) else {
                    reading.refuse(.wrongShape(expected: accepts, found: node.shape))
                    return nil
                }
                if text == "off" { return .some(nil) }
                guard ["http://", "https://"].contains(where: text.lowercased().hasPrefix) else {
                    return .some(.file(reading.path(of: text)))
                }
                guard let url = HookURL(text) else {
                    reading.refuse(.notAccepted(text, accepts: accepts))
                    return nil
                }
                return .some(.address(url))
            },
            text: { place in
                switch place {
                case .file(let name): name
                case .address(let url): url.revealed
                case nil: "off"
                }
            })
    }
}

extension ValueForm where Value == Secret? {
    /// A secret, or `file:` and the path of a file that holds it.
    ///
    /// No fault repeats what was written.
    static var secret: ValueForm {
        let accepts = "a secret of 16 to 512 visible characters, file: and the path of a file that holds it, or none"
        return ValueForm(
            accepts: accepts, isText: true, kind: .secret,
            read: { node, reading in
                guard case .scalar(let written, _) = node.content, !node.isNothing else {
                    reading.refuse(.wrongShape(expected: accepts, found: node.shape))
                    return nil
                }
                if written == "none" { return .some(nil) }
                var text = written
                if written.hasPrefix("file:") {
                    do throws(FileFault) {
                        let bytes = try BoundedFile.read(
                            reading.path(of: String(written.dropFirst(5))), limitBytes: longestSecretFile)
                        text = String(decoding: bytes, as: UTF8.self).withoutOuterSpace
                    } catch {
                        reading.refuse(error.problem)
                        return nil
                    }
                }
                guard secretLengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
                else {
                    reading.refuse(.secretNotAccepted(accepts: accepts))
                    return nil
                }
                return .some(Secret(text))
            },
            text: { $0.map(\.description) ?? "none" })
    }
}

extension ValueForm where Value == String? {
    /// A name that others gave, or `any`.
    static var nameOrAny: ValueForm {
        let accepts = "a name of 1 to 255 visible characters, or any"
        return ValueForm(texts: accepts) {
            $0 ?? "any"
        } parse: { text throws(TextFault) in
            if text == "any" { return nil }
            guard (1...255).contains(text.utf8.count), text == text.onOneLine else {
                throw TextFault(problem: .notAccepted(text, accepts: accepts))
            }
            return text
        }
    }
}
