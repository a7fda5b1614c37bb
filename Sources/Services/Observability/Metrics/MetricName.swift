/// The rules for the names of metrics.
enum MetricName {
    /// The name for `label`: legal, and with the ending that its kind has by convention.
    ///
    /// Counters end in `_total`, timers in `_seconds`, the base unit in which they are kept.
    static func legal(_ label: String, kind: MetricKind) -> String {
        let name = legal(label)
        switch kind {
        case .counter: return name.hasSuffix("_total") ? name : name + "_total"
        case .timer: return name.hasSuffix("_seconds") ? name : name + "_seconds"
        case .gauge, .histogram: return name
        }
    }

    /// Letters, digits and `_`; everything else becomes `_`, and a digit is not the first.
    ///
    /// Colons are legal too, but kept for recording rules.
    static func legal(_ label: String) -> String {
        var name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if name.first?.isNumber ?? true { name = "_" + name }
        return name
    }
}

/// The labels of a series, in order of their names, ready to be written.
struct MetricLabels: Hashable, ExpressibleByArrayLiteral {
    /// Bytes of a label's value: 256, as a value may come from outside.
    ///
    /// A longer one is cut.
    private static let longestValue = 256

    private let pairs: String

    init(arrayLiteral: Never...) {
        pairs = ""
    }

    /// Makes labels of dimensions; of two with one name the first counts.
    init(_ dimensions: [(String, String)]) {
        var values: [String: String] = [:]
        for (dimension, value) in dimensions {
            var name = MetricName.legal(dimension)
            // Names that begin with two are Prometheus' own.
            while name.hasPrefix("__") { name.removeFirst() }
            // So is the bound of a histogram's bucket.
            if name == "le" { name = "_le" }
            if values[name] == nil { values[name] = value }
        }
        pairs = values.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
            .joined(separator: ",")
    }

    /// The labels in braces, `also` among them; nothing when there are none.
    func text(also extra: String? = nil) -> String {
        let all = [pairs, extra ?? ""].filter { !$0.isEmpty }
        return all.isEmpty ? "" : "{\(all.joined(separator: ","))}"
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            guard escaped.utf8.count < longestValue else { break }
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension MetricLabels: Comparable {
    static func < (left: MetricLabels, right: MetricLabels) -> Bool { left.pairs < right.pairs }
}
