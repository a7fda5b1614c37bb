import HTTPDelivery

/// What the server shows of itself under fixed paths.
struct ServerDocuments {
    var byPath: [String: @Sendable () -> HTTPDocument] {
        [
            "/": { Self.welcome },
            "/healthz": { HTTPDocument(mediaType: "text/plain; charset=utf-8", text: "ok\n") },
            "/readyz": { HTTPDocument(mediaType: "text/plain; charset=utf-8", text: "ok\n") },
        ]
    }

    private static let welcome = HTTPDocument(
        mediaType: "text/html; charset=utf-8",
        text: """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="dark light"><title>Swiftwater</title>
            <style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
            <h1>Swiftwater is running</h1>
            <p>Publish to <code>rtmp://this-host/live/name</code>, and watch at <code>/live/name</code>.</p>
            <p><a href="/healthz">Health</a> · <a href="/metrics">Metrics</a></p>
            </html>

            """)
}
