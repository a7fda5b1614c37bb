import EndpointCore

extension ValueForm where Value == SecureListen {
    /// A place to listen at, `off`, or `auto`.
    static var secureListen: ValueForm {
        let accepts = "auto, off, host:port, :port or [v6]:port"
        return ValueForm(texts: accepts, kind: .address) { listen in
            switch listen {
            case .automatic: "auto"
            case .off: "off"
            case .at(let address): address.description
            }
        } parse: { text throws(TextFault) in
            switch text.lowercased() {
            case "auto": return .automatic
            case "off", "false": return .off
            default: break
            }
            if let address = ListenAddress(text) { return .at(address) }
            let isPort = Int(text).map { (0...65535).contains($0) } ?? false
            throw TextFault(
                problem: .notAccepted(text, accepts: accepts),
                suggestion: isPort ? ":\(text)" : Spelling.nearest(to: text, among: ["auto", "off"]))
        }
    }
}

extension ValueForm where Value == String? {
    /// A file's path, or `off`.
    static var fileOrOff: ValueForm {
        let accepts = "the path of a file, or off"
        return ValueForm(
            accepts: accepts, isText: true,
            read: { node, reading in
                guard case .scalar(let text, _) = node.content, !node.isNothing, !text.utf8.contains(0) else {
                    reading.refuse(.wrongShape(expected: accepts, found: node.shape))
                    return nil
                }
                return .some(text == "off" ? nil : reading.path(of: text))
            },
            text: { $0 ?? "off" })
    }
}

extension ValueForm where Value == [CertificatePair] {
    /// A list of `{ certificate: …, key: … }`; without `key`, it is in the same file.
    static var certificates: ValueForm {
        list(of: "{ certificate, key }", mostEntries: 100) { node, part, reading in
            guard case .mapping(let entries) = node.content else {
                reading.refuse(
                    .wrongShape(expected: "{ certificate, key }", found: node.shape), line: node.line, part: part)
                return nil
            }
            var paths: [String: String] = [:]
            for entry in entries {
                guard ["certificate", "key"].contains(entry.key) else {
                    let meant = Spelling.nearest(to: entry.key, among: ["certificate", "key"])
                    reading.refuse(
                        .unknownPart(parts: "certificate and key"), line: entry.line, part: part, suggestion: meant)
                    continue
                }
                guard case .scalar(let text, _) = entry.value.content, !entry.value.isNothing, !text.utf8.contains(0)
                else {
                    reading.refuse(
                        .wrongShape(expected: "the path of a file", found: entry.value.shape), line: entry.line,
                        part: "\(part).\(entry.key)")
                    continue
                }
                paths[entry.key] = reading.path(of: text)
            }
            guard let certificate = paths["certificate"] else {
                reading.refuse(.missing("certificate"), line: node.line, part: part)
                return nil
            }
            return CertificatePair(certificate: certificate, key: paths["key"] ?? certificate)
        } text: { pair in
            "{ certificate: \(pair.certificate.asYAML), key: \(pair.key.asYAML) }"
        }
    }
}

extension ValueForm where Value == [AddressRange] {
    /// A list of addresses and networks.
    static var addressRanges: ValueForm {
        list(of: "addresses such as 192.0.2.7 and networks such as 10.0.0.0/8", mostEntries: 1_000) {
            node, part, reading in
            guard case .scalar(let text, _) = node.content, let range = AddressRange(text) else {
                if case .scalar(let text, _) = node.content {
                    reading.refuse(
                        .notAccepted(text, accepts: "an address or a network such as 10.0.0.0/8"), line: node.line,
                        part: part)
                } else {
                    reading.refuse(.wrongShape(expected: "an address", found: node.shape), line: node.line, part: part)
                }
                return nil
            }
            return range
        } text: { range in
            range.description.asYAML
        }
    }
}

extension ValueForm {
    /// A list whose entries `read` reads, noting what is wrong with them.
    fileprivate static func list<Entry: Sendable>(
        of accepts: String, mostEntries: Int,
        read: @escaping @Sendable (YAMLNode, _ part: String, inout ValueReading) -> Entry?,
        text: @escaping @Sendable (Entry) -> String
    ) -> ValueForm where Value == [Entry] {
        ValueForm(
            accepts: "a list of \(accepts)", isText: false,
            read: { node, reading in
                if node.isNothing { return [] }
                guard case .sequence(let nodes) = node.content else {
                    reading.refuse(.wrongShape(expected: "a list of \(accepts)", found: node.shape))
                    return nil
                }
                guard nodes.count <= mostEntries else {
                    reading.refuse(.tooManyEntries(limit: mostEntries))
                    return nil
                }
                let faultsBefore = reading.faults.count
                let values = nodes.enumerated().compactMap { read($1, "[\($0)]", &reading) }
                return reading.faults.count == faultsBefore ? values : nil
            },
            text: { "[\($0.map(text).joined(separator: ", "))]" })
    }
}

extension ValueReading {
    /// A file's path as it is from the working directory; in a configuration file it starts from that file's folder.
    func path(of text: String) -> String {
        text.hasPrefix("/") || folder == "." ? text : "\(folder)/\(text)"
    }
}
