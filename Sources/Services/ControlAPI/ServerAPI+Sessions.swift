import EndpointCore
import Logging
import MediaModel
import NIOCore

extension ServerAPI {
    /// Sessions on a page, unless the request says otherwise, and at the most.
    private static let sessionsOnPage = (usual: 100, most: 10_000)

    /// What is shown of a session for who asks for it.
    private enum SessionExtra: String, CaseIterable {
        case line
    }

    /// What can be asked of sessions, and done to them.
    var sessionOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/sessions", role: .viewer) { request throws(APIProblem) in
                try await self.listSessions(request)
            },
            APIOperation(method: "GET", pattern: "/sessions/{id}", role: .viewer) { request throws(APIProblem) in
                try await self.showSession(request)
            },
            APIOperation(method: "DELETE", pattern: "/sessions/{id}", role: .operator) { request throws(APIProblem) in
                try await self.endSession(request)
            },
            APIOperation(method: "POST", pattern: "/sessions/{id}/reconnect", role: .operator) {
                request throws(APIProblem) in
                try await self.reconnectSession(request)
            },
        ]
    }

    private func listSessions(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("app", "stream", "role", "transport", "limit", "after", "include")
        let limit = try request.number(
            "limit", 1...Self.sessionsOnPage.most, default: Self.sessionsOnPage.usual)
        let after = try request.number("after", 0...Int.max, default: 0)
        let role = try request.word("role", SessionRole.self)
        let query = request.head.query
        var stream: StreamPath?
        if let text = query["stream"] {
            do throws(StreamPath.Fault) { stream = try StreamPath(text) } catch {
                throw .badRequest("stream is a name with its application, such as live/show")
            }
        }
        let extra = try request.word("include", SessionExtra.self)
        let (grant, application, transport) = (request.grant, query["app"], query["transport"])
        let wanted = sessions.sessions { entry in
            grant.covers(entry.path.application) && (role.map { $0 == entry.role } ?? true)
                && (stream.map { $0 == entry.path } ?? true)
                && (application.map { $0 == entry.path.application } ?? true)
                && (transport.map { $0 == entry.transport } ?? true)
        }
        let rest = wanted.drop { $0.number <= UInt64(after) }
        let page = Array(rest.prefix(limit))
        let readings = await sessions.readings(of: page, lines: extra == .line)
        let clock = ClockReading()
        return .json(
            JSONWriter.object(capacity: 512 * readings.count + 256) { writer in
                writer.member("total", wanted.count)
                writer.member("sessions", of: readings) { writer, item in
                    writer.object {
                        SessionAnswer(entry: item.entry, reading: item.reading, clock: clock).write(to: &$0)
                    }
                }
                writer.member("next", rest.count > page.count ? page.last.map { "\($0.number)" } : nil)
            })
    }

    private func showSession(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let entry = try session(request)
        guard let (entry, reading) = await sessions.readings(of: [entry], lines: true).first else {
            throw Self.noSuchSession
        }
        let clock = ClockReading()
        return .json(
            JSONWriter.object { SessionAnswer(entry: entry, reading: reading, clock: clock).write(to: &$0) })
    }

    private func endSession(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let entry = try session(request)
        logger.notice("session ended by request", metadata: facts(of: entry, request))
        await entry.end(because: "ended by the operator")
        return .done
    }

    private func reconnectSession(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let wish = try ReconnectWish(request.head)
        let entry = try session(request)
        guard await entry.requestReconnect(to: wish.url, because: wish.reason) else {
            throw .conflict(
                "this client did not announce that it takes reconnect requests; to end it, DELETE \(Self.prefix)/sessions/\(entry.id)"
            )
        }
        logger.notice("client asked to connect anew", metadata: facts(of: entry, request))
        return .json(
            JSONWriter.object { writer in
                writer.member("asked", 1)
                writer.member("unable", 0)
            }, status: 202)
    }

    private func session(_ request: APIRequest) throws(APIProblem) -> SessionDirectory.Entry {
        guard let entry = sessions.session(request.parameters["id"] ?? ""),
            request.grant.covers(entry.path.application)
        else { throw Self.noSuchSession }
        return entry
    }

    private static let noSuchSession = APIProblem.notFound(
        "there is no such session, or it has ended; \(prefix)/sessions lists those that there are")

    private func facts(of entry: SessionDirectory.Entry, _ request: APIRequest) -> Logger.Metadata {
        [
            "connection.id": "\(entry.id)", "stream.path": "\(entry.path)", "role": "\(entry.role.rawValue)",
            "by": "\(request.grant.name)", "by.address": "\(request.head.peerAddress)",
        ]
    }
}
