import HTTPDelivery
import Observability

/// What the server shows of itself under fixed paths.
struct ServerDocuments {
    let metrics: PrometheusRegistry

    var byPath: [String: @Sendable () -> HTTPDocument] {
        [
            "/healthz": { HTTPDocument(mediaType: "text/plain; charset=utf-8", text: "ok\n") },
            "/readyz": { HTTPDocument(mediaType: "text/plain; charset=utf-8", text: "ok\n") },
            "/metrics": { [metrics] in
                HTTPDocument(mediaType: PrometheusRegistry.contentType, text: metrics.render())
            },
        ]
    }
}
