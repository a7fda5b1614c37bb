import HTTPDelivery

/// What the server shows of itself under fixed paths.
struct ServerDocuments {
    var byPath: [String: @Sendable () -> HTTPDocument] {
        [
            "/healthz": { HTTPDocument(mediaType: "text/plain; charset=utf-8", text: "ok\n") },
            "/readyz": { HTTPDocument(mediaType: "text/plain; charset=utf-8", text: "ok\n") },
        ]
    }
}
