/// What a metric was made as.
enum MetricKind {
    case counter, gauge, histogram, timer

    /// The type that Prometheus knows it by.
    var exposed: MetricFamily.Kind {
        switch self {
        case .counter: .counter
        case .gauge: .gauge
        case .histogram, .timer: .histogram
        }
    }
}

/// All series of one name.
struct MetricFamily {
    /// The types of the text format.
    enum Kind: String {
        case counter, gauge, histogram
    }

    let kind: Kind
    let help: String
    var series: [MetricLabels: any MetricSeries] = [:]

    /// Writes the family as text format 0.0.4.
    func render(name: String, to text: inout String) {
        text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
        for (labels, series) in series.sorted(by: { $0.key < $1.key }) {
            series.render(name: name, labels: labels, to: &text)
        }
    }

    private static func escaped(_ help: String) -> String {
        var escaped = ""
        for scalar in help.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// One series: a value that many write and a scrape reads.
protocol MetricSeries: AnyObject, Sendable {
    /// Writes the series' lines.
    func render(name: String, labels: MetricLabels, to text: inout String)
}
