import EndpointCore
import Logging
import MediaModel
import NIOCore
import StreamHub

extension ServerAPI {
    /// Streams on a page, unless the request says otherwise, and at the most.
    private static let streamsOnPage = (usual: 100, most: 1_000)

    /// What is shown of a stream for who asks for it.
    private enum StreamExtra: String, CaseIterable {
        case history
    }

    /// What can be asked of live streams.
    var streamOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/streams", role: .viewer) { request throws(APIProblem) in
                try await self.listStreams(request)
            },
            APIOperation(method: "GET", pattern: "/streams/{application}/{name}", role: .viewer) {
                request throws(APIProblem) in
                try await self.showStream(request)
            },
            APIOperation(method: "POST", pattern: "/streams/{application}/{name}/reconnect", role: .operator) {
                request throws(APIProblem) in
                try await self.reconnectStream(request)
            },
        ]
    }

    private func listStreams(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("app", "limit", "after", "include")
        let limit = try request.number(
            "limit", 1...Self.streamsOnPage.most, default: Self.streamsOnPage.usual)
        var after: StreamPath?
        if let text = request.head.query["after"] {
            do throws(StreamPath.Fault) { after = try StreamPath(text) } catch {
                throw .badRequest("after is the next of an earlier answer, such as live/show")
            }
        }
        let extra = try request.word("include", StreamExtra.self)
        let application = request.head.query["app"]
        let wanted = registry.liveStreams.filter { stream in
            request.grant.covers(stream.path.application)
                && (application.map { $0 == stream.path.application } ?? true)
        }
        let rest = wanted.filter { stream in after.map { stream.path > $0 } ?? true }
        let page = Array(rest.prefix(limit))
        let answers = await answers(for: page, with: extra)
        return .json(
            JSONWriter.object(capacity: 2_048 * answers.count + 256) { writer in
                writer.member("total", wanted.count)
                writer.member("streams", of: answers) { writer, answer in
                    writer.object { answer.write(to: &$0) }
                }
                writer.member("next", rest.count > page.count ? page.last?.path.description : nil)
            })
    }

    private func showStream(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("include")
        let extra = try request.word("include", StreamExtra.self)
        let stream = try liveStream(request)
        guard let answer = await answers(for: [stream], with: extra).first else { throw Self.notLive(stream.path) }
        return .json(JSONWriter.object(capacity: 4_096) { answer.write(to: &$0) })
    }

    private func reconnectStream(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let wish = try ReconnectWish(request.head)
        let stream = try liveStream(request)
        var asked = 0
        let all = sessions.sessions { $0.path == stream.path }
        for entry in all where await entry.requestReconnect(to: wish.url, because: wish.reason) { asked += 1 }
        logger.notice(
            "clients asked to connect anew",
            metadata: [
                "stream.path": "\(stream.path)", "count": "\(asked)", "by": "\(request.grant.name)",
                "by.address": "\(request.head.peerAddress)",
            ])
        return .json(
            JSONWriter.object { writer in
                writer.member("asked", asked)
                writer.member("unable", all.count - asked)
            }, status: 202)
    }

    private func liveStream(_ request: APIRequest) throws(APIProblem) -> LiveStream {
        let path = try request.streamPath()
        guard request.grant.covers(path.application), let stream = registry.liveStream(path) else {
            throw Self.notLive(path)
        }
        return stream
    }

    static func notLive(_ path: StreamPath) -> APIProblem {
        .notFound("\(path) is not live; \(prefix)/streams lists what is")
    }

    private func answers(for streams: [LiveStream], with extra: StreamExtra?) async -> [StreamAnswer] {
        let statuses = await registry.statuses(of: streams)
        let clock = ClockReading()
        return statuses.map { status in
            StreamAnswer(
                status: status, publisher: sessions.publisher(of: status.path),
                players: sessions.players(of: status.path), findings: watch.findings(of: status.path), clock: clock,
                history: extra == .history ? watch.history(of: status.path) : nil)
        }
    }
}
