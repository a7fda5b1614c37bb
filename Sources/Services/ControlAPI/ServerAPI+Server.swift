import EndpointCore
import NIOCore
import StreamHub
import TextCoding

extension ServerAPI {
    /// What can be asked of the server itself.
    var serverOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/server", role: .viewer) { request throws(APIProblem) in
                try self.showServer(request)
            },
            APIOperation(method: "GET", pattern: "/events", role: .viewer) { request throws(APIProblem) in
                try self.listen(request)
            },
        ]
    }

    private func showServer(_ request: APIRequest) throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let facts = facts()
        return .json(
            JSONWriter.object { writer in
                writer.member("name", "Swiftwater")
                writer.member("version", facts.version)
                writer.member("time", time: UTCTime.now())
                writer.member("uptimeSeconds", facts.uptimeSeconds)
                writer.member("ports", of: facts.ports) { writer, port in
                    writer.object { writer in
                        writer.member("name", port.name)
                        writer.member("address", port.address)
                    }
                }
                writer.member("eventLoops", facts.eventLoops)
                writer.member("residentBytes", facts.residentBytes)
                writer.member("access") { writer in
                    writer.member("name", request.grant.name)
                    writer.member("role", request.grant.role.rawValue)
                    if let applications = request.grant.applications {
                        writer.member("applications", of: applications.sorted()) { $0.string($1) }
                    }
                }
                if request.grant.applications == nil {
                    writer.member("streams", registry.liveStreams.count)
                    writer.member("sessions", sessions.count)
                }
            })
    }

    /// Answers with everything that happens from now on (server-sent events).
    private func listen(_ request: APIRequest) throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("recent")
        let recent = try request.number("recent", 0...EventFeed.mostRecent, default: 0)
        guard request.head.method != "HEAD" else {
            return HTTPRoute.Answer(mediaType: "text/event-stream", body: ByteBuffer())
        }
        guard
            let (opening, events) = events.listen(
                as: request.grant, after: request.head.headers["last-event-id"], recent: recent)
        else { throw .unavailable("too many listen already: close some, or try again later") }
        return HTTPRoute.Answer(
            mediaType: "text/event-stream",
            headers: ["X-Content-Type-Options": "nosniff", "X-Accel-Buffering": "no"], body: opening, chunks: events)
    }
}
