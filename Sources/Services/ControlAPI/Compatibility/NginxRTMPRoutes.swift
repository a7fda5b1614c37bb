public import EndpointCore
import Logging
import MediaModel
import NIOCore
import StreamHub

/// The statistics and the control of nginx-rtmp-module, so that programs made for it work unchanged: `/stat`, and
/// `/control/drop/publisher`, `/control/drop/subscriber` and `/control/drop/client`.
///
/// Who may is decided as for the API; that a GET changes something is theirs, so pages of other sites are refused here too.
public struct NginxRTMPRoutes: Sendable {
    private let api: ServerAPI

    /// Makes the routes over an API.
    public init(_ api: ServerAPI) {
        self.api = api
    }

    /// The routes of the HTTP port.
    public var routes: [String: HTTPRoute] {
        [
            "/stat": route(.viewer) { await self.statistics($0) },
            "/control/": route(.operator) { request throws(APIProblem) in try await self.control(request) },
        ]
    }

    private func route(
        _ role: APIRole, _ answer: @escaping @Sendable (APIRequest) async throws(APIProblem) -> HTTPRoute.Answer
    ) -> HTTPRoute {
        HTTPRoute(methods: ["GET"], mostBodyBytes: 0) { request in
            do throws(APIProblem) {
                let grant = try await api.grant(for: request)
                guard grant.role >= role else { throw APIProblem.forbidden("this needs the role \(role.rawValue)") }
                return try await answer(APIRequest(head: request, parameters: [:], grant: grant))
            } catch {
                return error.answer
            }
        }
    }

    // MARK: /stat

    private func statistics(_ request: APIRequest) async -> HTTPRoute.Answer {
        let streams = api.registry.liveStreams.filter { request.grant.covers($0.path.application) }
        let statuses = await api.registry.statuses(of: streams)
        let sessions = await api.sessions.readings(
            of: api.sessions.sessions { request.grant.covers($0.path.application) })
        let text = NginxRTMPStatistics(
            facts: api.facts(), statuses: statuses, sessions: Dictionary(grouping: sessions) { $0.entry.path },
            now: .now()
        ).text
        return HTTPRoute.Answer(
            mediaType: "text/xml; charset=utf-8", headers: ["X-Content-Type-Options": "nosniff"],
            body: ByteBuffer(string: text))
    }

    // MARK: /control

    private func control(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        let wanted: (SessionDirectory.Entry) -> Bool
        switch request.head.path {
        case "/control/drop/publisher": wanted = { $0.role == .publisher }
        case "/control/drop/subscriber": wanted = { $0.role == .player }
        case "/control/drop/client": wanted = { _ in true }
        default:
            throw .notFound("of nginx-rtmp's control, drop/publisher, drop/subscriber and drop/client are understood")
        }
        guard !request.head.isFromForeignPage else {
            throw .forbidden("a page of another site sent this request")
        }
        let query = request.head.query
        guard let application = query["app"], request.grant.covers(application) else {
            throw .badRequest("app names the application, such as live")
        }
        let chosen = api.sessions.sessions { entry in
            wanted(entry) && entry.path.application == application
                && (query["name"].map { $0 == entry.path.name } ?? true)
                && (query["clientid"].map { $0 == "\(entry.number)" || $0 == entry.id } ?? true)
        }
        var dropped = 0
        for (entry, reading) in await api.sessions.readings(of: chosen) {
            if let address = query["addr"], entry.address(reading) != address { continue }
            api.logger.notice(
                "session ended by request",
                metadata: [
                    "connection.id": "\(entry.id)", "stream.path": "\(entry.path)", "by": "\(request.grant.name)",
                    "by.address": "\(request.head.peerAddress)",
                ])
            await entry.end(because: "ended by the operator")
            dropped += 1
        }
        return HTTPRoute.Answer(mediaType: "text/plain; charset=utf-8", body: ByteBuffer(string: "\(dropped)"))
    }
}
