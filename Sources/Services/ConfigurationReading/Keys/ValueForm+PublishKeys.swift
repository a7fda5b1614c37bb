import EndpointCore
import MediaModel

extension ValueForm where Value == [PublishKey] {
    /// A list of `{ key: …, stream: …, label: … }`, with `key-file` as another way to give the key.
    ///
    /// No fault repeats what was written: a secret in the wrong place is still a secret.
    static var publishKeys: ValueForm {
        ValueForm(
            accepts: "a list of { key, stream, label }", isText: false, kind: .secret,
            read: { node, reading in
                if node.isNothing { return [] }
                guard case .sequence(let nodes) = node.content else {
                    reading.refuse(.wrongShape(expected: "a list of { key, stream, label }", found: node.shape))
                    return nil
                }
                let faultsBefore = reading.faults.count
                var keys: [PublishKey] = []
                for (index, node) in nodes.enumerated() {
                    guard let key = entry(node, part: "[\(index)]", &reading) else { continue }
                    if keys.contains(where: { $0.secret == key.secret }) {
                        reading.refuse(.repeatedSecret, line: node.line, part: "[\(index)]")
                    }
                    keys.append(key)
                }
                return reading.faults.count == faultsBefore ? keys : nil
            },
            text: { keys in
                let entries = keys.map { key in
                    "{ key: \(key.secret), stream: \(key.path)\(key.label.map { ", label: \($0)" } ?? "") }"
                }
                return "[\(entries.joined(separator: ", "))]"
            })
    }
}

private let partNames = ["key", "key-file", "stream", "label"]

private func entry(_ node: YAMLNode, part: String, _ reading: inout ValueReading) -> PublishKey? {
    guard case .mapping(let entries) = node.content else {
        reading.refuse(.wrongShape(expected: "{ key, stream, label }", found: node.shape), line: node.line, part: part)
        return nil
    }
    var values: [String: (text: String, line: Int)] = [:]
    for entry in entries {
        guard partNames.contains(entry.key) else {
            let meant = Spelling.nearest(to: entry.key, among: partNames)
            reading.refuse(
                .unknownPart(parts: "key, key-file, stream and label"), line: entry.line, part: part, suggestion: meant)
            continue
        }
        let name = "\(part).\(entry.key)"
        guard case .scalar(let text, _) = entry.value.content, !entry.value.isNothing else {
            reading.refuse(
                .wrongShape(expected: "a single value", found: entry.value.shape), line: entry.line, part: name)
            continue
        }
        values[entry.key] = (text, entry.line)
    }
    let secret = secret(of: values, line: node.line, part: part, &reading)
    let path = path(of: values, line: node.line, part: part, &reading)
    let label = values["label"]
    if let label, !(1...64).contains(label.text.count) || label.text != label.text.onOneLine {
        reading.refuse(
            .secretNotAccepted(accepts: "a label of 1 to 64 visible characters"), line: label.line,
            part: part + ".label")
        return nil
    }
    guard let secret, let path else { return nil }
    return PublishKey(secret: secret, path: path, label: label?.text)
}

private func path(
    of values: [String: (text: String, line: Int)], line: Int, part: String, _ reading: inout ValueReading
) -> StreamPath? {
    guard let stream = values["stream"] else {
        reading.refuse(.missing("stream"), line: line, part: part)
        return nil
    }
    do throws(StreamPath.Fault) {
        return try StreamPath(stream.text)
    } catch {
        reading.refuse(
            .secretNotAccepted(accepts: "a stream such as live/show"), line: stream.line, part: part + ".stream")
        return nil
    }
}

private func secret(
    of values: [String: (text: String, line: Int)], line: Int, part: String, _ reading: inout ValueReading
) -> Secret? {
    var text: (text: String, line: Int, part: String)
    switch (values["key"], values["key-file"]) {
    case (let key?, nil): text = (key.text, key.line, part + ".key")
    case (nil, let file?):
        text = ("", file.line, part + ".key-file")
        let name = file.text.hasPrefix("/") ? file.text : reading.folder + "/" + file.text
        do throws(FileFault) {
            let bytes = try BoundedFile.read(name, limitBytes: longestKeyFile)
            text.text = String(decoding: bytes, as: UTF8.self).withoutOuterSpace
        } catch {
            reading.refuse(error.problem, line: text.line, part: text.part)
            return nil
        }
    case (nil, nil):
        reading.refuse(.missing("key"), line: line, part: part)
        return nil
    case (.some, .some(let file)):
        reading.refuse(.unknownPart(parts: "either key or key-file"), line: file.line, part: part)
        return nil
    }
    if let flaw = flaw(ofKey: text.text) {
        reading.refuse(
            .secretNotAccepted(accepts: "a key of 1 to 255 letters, digits, '.', '_', '-' and '~'", because: flaw),
            line: text.line, part: text.part)
        return nil
    }
    return Secret(text.text)
}

/// Bytes of a file that holds one key: 4 KiB, a key and its white space many times over.
private let longestKeyFile = 4096

extension String {
    /// The text without the white space before and after it.
    var withoutOuterSpace: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

/// Why a text can be no key, without more of it than one sign; `nil` for a key.
private func flaw(ofKey text: String) -> String? {
    guard !text.isEmpty else { return "is empty" }
    guard text.utf8.count <= StreamPath.longestPart else { return "has \(text.utf8.count) characters" }
    guard let byte = text.utf8.first(where: { !isKeyByte($0) }) else { return nil }
    switch byte {
    case UInt8(ascii: " "): return "contains a space"
    case 0x21...0x7E: return "contains '\(Character(Unicode.Scalar(byte)))'"
    case 0x80...: return "contains letters or signs other than those of ASCII"
    default: return "contains a tab, a line break or the like"
    }
}

/// Whether encoders send the byte unchanged as part of a stream name.
private func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "~"):
        true
    default: false
    }
}
