import EndpointCore
import Metrics

/// What the HTTP endpoint counts.
struct HTTPMetrics: Sendable {
    /// What the bytes of an answer are counted as.
    enum AnswerProtocol: String, Sendable, CaseIterable {
        /// Playlists and segments; players of DASH fetch the same segments by the same names.
        case hls
        /// Manifests, and segments that are sent while they are made.
        case dash
        /// Everything else.
        case http
    }

    private let ok = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "2xx")])
    private let redirected = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "3xx")])
    private let refused = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "4xx")])
    private let failed = Counter(label: "swiftwater_http_requests_total", dimensions: [("class", "5xx")])
    private let heldAnswered = Counter(
        label: "swiftwater_hls_held_requests_total", dimensions: [("outcome", "answered")])
    private let heldInVain = Counter(
        label: "swiftwater_hls_held_requests_total", dimensions: [("outcome", "timed-out")])
    private let heldRefused = Counter(label: "swiftwater_hls_held_requests_total", dimensions: [("outcome", "refused")])
    private let bytes: [AnswerProtocol: Counter] = Dictionary(
        uniqueKeysWithValues: AnswerProtocol.allCases.map {
            ($0, Counter(label: "swiftwater_sent_bytes_total", dimensions: [("protocol", $0.rawValue)]))
        })

    /// Counts a request that waited for a playlist or a part, or could not.
    func count(_ waiting: HLSBroadcast.Waiting) {
        switch waiting {
        case .over: heldAnswered.increment()
        case .timedOut: heldInVain.increment()
        case .refused: heldRefused.increment()
        }
    }

    /// Counts what was sent beyond the answers whose length was known at their beginning.
    func count(bytes count: Int, of kind: AnswerProtocol) {
        bytes[kind]?.increment(by: count)
    }

    /// Counts an answer.
    ///
    /// - Parameter kind: what its bytes are counted as; `nil` where another protocol counts them.
    func count(request status: Int, bytes count: Int, of kind: AnswerProtocol?) {
        switch status / 100 {
        case 2: ok.increment()
        case 3: redirected.increment()
        case 4: refused.increment()
        default: failed.increment()
        }
        if let kind { self.count(bytes: count, of: kind) }
    }
}

extension PlaybackLocation {
    /// What the bytes of an answer are counted as.
    var answerProtocol: HTTPMetrics.AnswerProtocol {
        switch resource {
        case .multivariantPlaylist, .hlsFile: .hls
        case .dashManifest: .dash
        case .page, .picture, .live: .http
        }
    }
}

extension HTTPRoute {
    /// What the bytes of an answer are counted as; `nil` where the protocol counts them itself.
    var answerProtocol: HTTPMetrics.AnswerProtocol? { countsBytes ? nil : .http }
}
