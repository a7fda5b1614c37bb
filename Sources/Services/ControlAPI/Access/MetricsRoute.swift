public import ConfigurationReading
public import EndpointCore
import NIOCore

/// What Prometheus reads at `/metrics`: the streams' names are in it, so not everybody may.
public struct MetricsRoute: Sendable {
    private let api: ServerAPI
    private let local: LocalRequests
    private let readers: @Sendable () -> ServerConfiguration.Metrics.Readers
    private let mediaType: String
    private let render: @Sendable () -> String

    /// Makes the route.
    ///
    /// - Parameters:
    ///   - api: knows whom a token belongs to.
    ///   - readers: who may read, asked at each request.
    ///   - isBehindProxy: whether a proxy is known to stand before the server, so that nobody is taken for a program on the
    ///     same machine; asked at each request.
    ///   - render: writes the metrics of now.
    public init(
        _ api: ServerAPI, readers: @escaping @Sendable () -> ServerConfiguration.Metrics.Readers,
        isBehindProxy: @escaping @Sendable () -> Bool, mediaType: String, render: @escaping @Sendable () -> String
    ) {
        self.api = api
        local = LocalRequests(isBehindProxy: isBehindProxy)
        self.readers = readers
        self.mediaType = mediaType
        self.render = render
    }

    /// The route.
    public var route: HTTPRoute {
        HTTPRoute(methods: ["GET", "HEAD"], mostBodyBytes: 0) { request in
            do throws(APIProblem) {
                try await check(request)
                return HTTPRoute.Answer(mediaType: mediaType, body: ByteBuffer(string: render()))
            } catch {
                return error.answer
            }
        }
    }

    private func check(_ request: HTTPRoute.Request) async throws(APIProblem) {
        switch readers() {
        case .anybody: return
        case .local:
            // However many tokens there are: nothing is done here, and a scraper beside the server needs none.
            if case .success = await local.authorize(request) { return }
        case .token: break
        }
        guard request.headers["authorization"] != nil else {
            throw .unauthorized(
                "send a token in the header, Authorization: Bearer …; metrics.readers in the configuration says who needs one"
            )
        }
        let grant = try await api.grant(for: request)
        guard grant.applications == nil else { throw .forbidden("your token is for some applications only") }
    }
}
