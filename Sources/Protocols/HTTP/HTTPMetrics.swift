import Metrics

/// What the HTTP endpoint counts.
struct HTTPMetrics: Sendable {
    private let ok = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "2xx")])
    private let redirected = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "3xx")])
    private let refused = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "4xx")])
    private let failed = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "5xx")])
    private let bytes = Counter(label: "swiftwater_sent_bytes_total", dimensions: [("protocol", "hls")])

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
