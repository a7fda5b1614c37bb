import Metrics

/// What is counted of the live streams that are answers without end, by form and carriage.
struct LiveMetrics: Sendable {
    private let all: [LiveProtocol: LiveProtocolMetrics]

    init() {
        let kinds = LiveForm.allCases.flatMap { form in
            [false, true].map { LiveProtocol(form: form, isWebSocket: $0) }
        }
        all = Dictionary(uniqueKeysWithValues: kinds.map { ($0, LiveProtocolMetrics($0)) })
    }

    subscript(kind: LiveProtocol) -> LiveProtocolMetrics { all[kind] ?? LiveProtocolMetrics(kind) }
}

/// What is counted of one of them; what viewers say besides their requests is nothing that would be worth it.
struct LiveProtocolMetrics: Sendable {
    /// Answers that have begun.
    let connectionsOpened: Counter
    /// Answers that are being sent.
    let connectionsOpen: Meter
    /// Answers that ended for a fault of the viewer's; over plain HTTP it can make none.
    let faults: Counter?
    /// Answers that were refused for what the stream has.
    let refusals: Counter
    /// Bytes that went out.
    let bytesSent: Counter

    init(_ kind: LiveProtocol) {
        let dimensions = [("protocol", kind.name)]
        connectionsOpened = Counter(label: "swiftwater_connections_opened_total", dimensions: dimensions)
        connectionsOpen = Meter(label: "swiftwater_connections", dimensions: dimensions)
        faults = kind.isWebSocket ? Counter(label: "swiftwater_faults_total", dimensions: dimensions) : nil
        refusals = Counter(label: "swiftwater_refusals_total", dimensions: dimensions)
        bytesSent = Counter(label: "swiftwater_sent_bytes_total", dimensions: dimensions)
    }
}
