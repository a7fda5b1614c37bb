extension ValueForm where Value == Int {
    /// A number of bits per second within `range`.
    static func bitRate(_ range: ClosedRange<Int>) -> ValueForm {
        var form = ValueForm(texts: bitRateForm, kind: .bitRate, text: BitRate.text) { text throws(TextFault) in
            try readBitRate(text, range)
        }
        form.range = "\(BitRate.text(range.lowerBound)) … \(BitRate.text(range.upperBound))"
        return form
    }
}

extension ValueForm where Value == Duration {
    /// A number of seconds within `range`.
    static func wholeSeconds(_ range: ClosedRange<Int>) -> ValueForm {
        let form = time(.seconds(range.lowerBound) ... .seconds(range.upperBound))
        return ValueForm(
            accepts: form.accepts, range: form.range, isText: true, kind: .time,
            read: { node, reading in
                guard let value = form.read(node, &reading) else { return nil }
                guard value.components.attoseconds == 0 else {
                    reading.refuse(.notAccepted(TimeSpan.text(value), accepts: "a time in whole seconds, such as 2s"))
                    return nil
                }
                return value
            },
            text: form.text)
    }
}

extension ValueForm where Value == String? {
    /// The address of an RTMP application, or `auto`.
    static var publishingServer: ValueForm {
        let accepts = "auto or an address such as rtmp://host/live"
        return ValueForm(texts: accepts) {
            $0 ?? "auto"
        } parse: { text throws(TextFault) in
            if text == "auto" { return nil }
            let address = text.hasSuffix("/") ? String(text.dropLast()) : text
            let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, ["rtmp:", "rtmps:"].contains(parts[0]), parts[1].isEmpty, !parts[2].isEmpty,
                !parts[3].isEmpty, address.utf8.count <= longestAddress, address.utf8.allSatisfy(isAddressByte)
            else { throw TextFault(problem: .notAccepted(text, accepts: accepts)) }
            return address
        }
    }
}

extension ValueForm where Value == String? {
    /// The address of an HTTP server without a path, or `auto`.
    static var publicURL: ValueForm {
        let accepts = "auto or an address such as https://media.example.com"
        return ValueForm(texts: accepts) {
            $0 ?? "auto"
        } parse: { text throws(TextFault) in
            if text == "auto" { return nil }
            let address = text.hasSuffix("/") ? String(text.dropLast()) : text
            let parts = address.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty, !parts[2].isEmpty,
                address.utf8.count <= longestAddress, address.utf8.allSatisfy(isAddressByte)
            else { throw TextFault(problem: .notAccepted(text, accepts: accepts)) }
            return address
        }
    }
}

extension ValueForm where Value == [ApplicationConfiguration.OBSMultitrack.Rendition] {
    /// A list of `{ height: …, bitrate: …, frame-rate: … }`, the highest first.
    static var ladder: ValueForm {
        ValueForm(
            accepts: "a list of { height, bitrate, frame-rate }", isText: false,
            read: { node, reading in
                guard case .sequence(let nodes) = node.content, !nodes.isEmpty else {
                    reading.refuse(
                        .wrongShape(expected: "a list of { height, bitrate, frame-rate }", found: node.shape))
                    return nil
                }
                guard nodes.count <= mostRenditions else {
                    reading.refuse(.tooManyEntries(limit: mostRenditions))
                    return nil
                }
                let faultsBefore = reading.faults.count
                var ladder: Value = []
                for (index, node) in nodes.enumerated() {
                    guard let rendition = rendition(node, part: "[\(index)]", &reading) else { continue }
                    if ladder.contains(where: { $0.height == rendition.height }) {
                        reading.refuse(.repeatedPart("height"), line: node.line, part: "[\(index)]")
                    }
                    ladder.append(rendition)
                }
                return reading.faults.count == faultsBefore ? ladder.sorted { $0.height > $1.height } : nil
            },
            text: { ladder in
                let entries = ladder.map { rendition in
                    "{ height: \(rendition.height), bitrate: \(BitRate.text(rendition.bitsPerSecond))"
                        + (rendition.frameRate.map { ", frame-rate: \($0) }" } ?? " }")
                }
                return "[\(entries.joined(separator: ", "))]"
            })
    }
}

/// Renditions of a ladder: 6, as many as the first OBS with multitrack video can encode.
private let mostRenditions = 6
/// Characters of an address: 512, some times what a host and an application need.
private let longestAddress = 512
private let bitRateForm = "a bitrate such as 6Mbps or 800kbps"

private func rendition(
    _ node: YAMLNode, part: String, _ reading: inout ValueReading
) -> ApplicationConfiguration.OBSMultitrack.Rendition? {
    guard case .mapping(let entries) = node.content else {
        reading.refuse(
            .wrongShape(expected: "{ height, bitrate, frame-rate }", found: node.shape), line: node.line, part: part)
        return nil
    }
    let names = ["height", "bitrate", "frame-rate"]
    var values: [String: Int] = [:]
    for entry in entries {
        let name = "\(part).\(entry.key)"
        guard names.contains(entry.key) else {
            reading.refuse(
                .unknownPart(parts: "height, bitrate and frame-rate"), line: entry.line, part: part,
                suggestion: Spelling.nearest(to: entry.key, among: names))
            continue
        }
        guard case .scalar(let text, _) = entry.value.content, !entry.value.isNothing else {
            reading.refuse(
                .wrongShape(expected: "a single value", found: entry.value.shape), line: entry.line, part: name)
            continue
        }
        do throws(TextFault) {
            values[entry.key] =
                switch entry.key {
                case "height": try readCount(text, 90...4320)
                case "bitrate": try readBitRate(text, 50_000...200_000_000)
                default: try readCount(text, 1...240)
                }
        } catch {
            reading.refuse(error.problem, line: entry.line, part: name, suggestion: error.suggestion)
        }
    }
    for name in ["height", "bitrate"] where !entries.contains(where: { $0.key == name }) {
        reading.refuse(.missing(name), line: node.line, part: part)
    }
    guard let height = values["height"], let bitrate = values["bitrate"] else { return nil }
    return .init(height: height, bitsPerSecond: bitrate, frameRate: values["frame-rate"])
}

private func readCount(_ text: String, _ range: ClosedRange<Int>) throws(TextFault) -> Int {
    guard let value = Int(text) else { throw TextFault(problem: .notAccepted(text, accepts: "a whole number")) }
    return try within(range, value, text) { "\($0)" }
}

private func readBitRate(_ text: String, _ range: ClosedRange<Int>) throws(TextFault) -> Int {
    let value: Int64
    do throws(Quantity.Fault) {
        value = try Quantity.read(text, units: BitRate.units)
    } catch {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let written = text[number.endIndex...].filter { $0 != " " }.lowercased()
        let meant: String? =
            switch (error, written) {
            case (.noUnit, _), (.unknownUnit, "k"), (.unknownUnit, "kbit/s"), (.unknownUnit, "kbps"): number + "kbps"
            case (.unknownUnit, "m"), (.unknownUnit, "mbit/s"), (.unknownUnit, "mbps"): number + "Mbps"
            default: nil
            }
        throw TextFault(problem: .notAccepted(text, accepts: bitRateForm), suggestion: meant)
    }
    return try within(range, Int(clamping: value), text, BitRate.text)
}

/// Whether the byte may stand in the address of a server, which has neither query nor user.
private func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"):
        true
    default: false
    }
}
