import Metrics

/// What the HTTP endpoint counts.
struct HTTPMetrics: Sendable {
    private let ok = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "2xx")])
    private let redirected = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "3xx")])
    private let refused = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "4xx")])
    private let failed = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "5xx")])
    private let heldAnswered = Counter(
        label: "swiftwater_hls_held_requests_total", dimensions: [("outcome", "answered")])
    private let heldInVain = Counter(
        label: "swiftwater_hls_held_requests_total", dimensions: [("outcome", "timed-out")])
    private let heldRefused = Counter(label: "swiftwater_hls_held_requests_total", dimensions: [("outcome", "refused")])
    private let bytes = Counter(label: "swiftwater_sent_bytes_total", dimensions: [("protocol", "hls")])

    /// Counts a request that waited for a playlist or a part, or could not.
    func count(_ waiting: HLSBroadcast.Waiting) {
        switch waiting {
        case .over: heldAnswered.increment()
        case .timedOut: heldInVain.increment()
        case .refused: heldRefused.increment()
        }
    }

    /// Counts what was sent beyond the answers whose length was known at their beginning.
    func count(bytes count: Int) {
        bytes.increment(by: count)
    }

    func count(request status: Int, bytes count: Int) {
        switch status / 100 {
        case 2: ok.increment()
        case 3: redirected.increment()
        case 4: refused.increment()
        default: failed.increment()
        }
        bytes.increment(by: count)
    }
}
