import EndpointCore

extension ValueForm where Value == HookURL? {
    /// A URL, or `off`.
    static var hookURLOrOff: ValueForm {
        let accepts = "an address such as https://host/path, or off"
        return ValueForm(
            accepts: accepts, isText: true, kind: .secret,
            read: { node, reading in
                guard case .scalar(let text, _) = node.content, !node.isNothing else {
                    reading.refuse(.wrongShape(expected: accepts, found: node.shape))
                    return nil
                }
                if text == "off" || text == "false" { return .some(nil) }
                guard let url = HookURL(text) else {
                    // Not repeated: the address may hold a secret.
                    reading.refuse(.secretNotAccepted(accepts: accepts))
                    return nil
                }
                return .some(url)
            },
            text: { $0?.description ?? "off" })
    }
}

extension ValueForm where Value == [ServerConfiguration.Webhook] {
    /// A list of `{ url: …, events: […], format: …, secret: …, name: … }`.
    ///
    /// No fault repeats an address or a secret.
    static var webhooks: ValueForm {
        ValueForm(
            accepts: "a list of { url, events, format, secret, name }", isText: false, kind: .secret,
            read: { node, reading in
                if node.isNothing { return [] }
                guard case .sequence(let nodes) = node.content else {
                    reading.refuse(.wrongShape(expected: "a list of { url, … }", found: node.shape))
                    return nil
                }
                guard nodes.count <= ServerConfiguration.Webhook.most else {
                    reading.refuse(.tooManyEntries(limit: ServerConfiguration.Webhook.most))
                    return nil
                }
                let faultsBefore = reading.faults.count
                var webhooks: Value = []
                for (index, node) in nodes.enumerated() {
                    guard let webhook = WebhookEntry(part: "[\(index)]").read(node, &reading) else { continue }
                    if webhooks.contains(where: { $0.name == webhook.name }) {
                        reading.refuse(.repeatedPart("name"), line: node.line, part: "[\(index)]")
                    }
                    webhooks.append(webhook)
                }
                return reading.faults.count == faultsBefore ? webhooks : nil
            },
            text: { "[\($0.map(Self.text).joined(separator: ", "))]" })
    }

    private static func text(_ webhook: ServerConfiguration.Webhook) -> String {
        let events = ServerConfiguration.HookEvent.allCases.filter(webhook.events.contains).map(\.rawValue)
        return "{ name: \(webhook.name), url: \(webhook.url), events: [\(events.joined(separator: ", "))], "
            + "format: \(webhook.format.rawValue)\(webhook.secret.map { ", secret: \($0)" } ?? "") }"
    }
}

/// Reads one entry of the list.
private struct WebhookEntry {
    private static let parts = ["url", "events", "format", "secret", "name"]
    /// Characters of a name: 64.
    private static let longestName = 64

    let part: String

    func read(_ node: YAMLNode, _ reading: inout ValueReading) -> ServerConfiguration.Webhook? {
        guard case .mapping(let entries) = node.content else {
            reading.refuse(.wrongShape(expected: "{ url, … }", found: node.shape), line: node.line, part: part)
            return nil
        }
        let faultsBefore = reading.faults.count
        var url: HookURL?
        var events = Set(ServerConfiguration.HookEvent.allCases)
        var format = ServerConfiguration.HookFormat.swiftwater
        var secret: Secret?
        var name: String?
        for entry in entries {
            switch entry.key {
            case "url": url = value(entry, .hookURLOrOff, &reading).flatMap { $0 }
            case "events": events = self.events(entry, &reading)
            case "format": format = value(entry, .word(), &reading) ?? format
            case "secret": secret = value(entry, .secret, &reading).flatMap { $0 }
            case "name": name = self.name(entry, &reading)
            default:
                reading.refuse(
                    .unknownPart(parts: "url, events, format, secret and name"), line: entry.line, part: part,
                    suggestion: Spelling.nearest(to: entry.key, among: Self.parts))
            }
        }
        guard reading.faults.count == faultsBefore else { return nil }
        guard let url else {
            reading.refuse(.missing("url"), line: node.line, part: part)
            return nil
        }
        return ServerConfiguration.Webhook(
            name: name ?? Self.name(for: url, format), url: url, events: events, format: format, secret: secret)
    }

    /// Reads a part by the form that values of its kind have elsewhere.
    private func value<Value>(
        _ entry: YAMLNode.Entry, _ form: ValueForm<Value>, _ reading: inout ValueReading
    ) -> Value? {
        var own = ValueReading(
            key: "\(reading.key)\(part).\(entry.key)", origin: reading.origin.at(line: entry.line),
            folder: reading.folder)
        let value = form.read(entry.value, &own)
        reading.faults += own.faults
        return value
    }

    private func events(
        _ entry: YAMLNode.Entry, _ reading: inout ValueReading
    ) -> Set<ServerConfiguration.HookEvent> {
        var nodes = [entry.value]
        if case .sequence(let all) = entry.value.content { nodes = all }
        let words = nodes.compactMap { node in
            value(
                YAMLNode.Entry(key: entry.key, line: node.line, value: node),
                ValueForm<ServerConfiguration.HookEvent>.word(), &reading)
        }
        if nodes.isEmpty { reading.refuse(.missing("events"), line: entry.line, part: part) }
        return Set(words)
    }

    private func name(_ entry: YAMLNode.Entry, _ reading: inout ValueReading) -> String? {
        guard case .scalar(let text, _) = entry.value.content, (1...Self.longestName).contains(text.utf8.count),
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        else {
            reading.refuse(
                .wrongShape(expected: "1 to 64 letters, digits, '-', '_' and '.'", found: "another text"),
                line: entry.line, part: part + ".name")
            return nil
        }
        return text
    }

    /// The same name at every start: what waits in the queue is found by it.
    private static func name(for url: HookURL, _ format: ServerConfiguration.HookFormat) -> String {
        // FNV-1a, of 32 bits.
        let digest = (url.revealed + " " + format.rawValue).utf8.reduce(UInt32(2_166_136_261)) {
            ($0 ^ UInt32($1)) &* 16_777_619
        }
        let host = url.authority.prefix(40).map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" }
        return String(host) + "-" + String(digest, radix: 36)
    }
}
