public import EndpointCore
import Logging
import MediaModel
import NIOCore
import StreamHub
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The HTTP API of SRS, as far as programs are known to use it, so that those work unchanged: `/api/v1/versions`,
/// `summaries`, `vhosts`, `streams` and `clients`, one of each by its id, and `DELETE /api/v1/clients/{id}`.
///
/// Its paths are those of our own API, so it has a port for itself. Who may is decided as for the API; a token can also be
/// the password of HTTP's basic authentication, which is what SRS's users have.
public struct SRSRoutes: Sendable {
    /// Entries of a list, unless the request says otherwise, as SRS has it, and at the most.
    private static let entries = (usual: 10, most: 10_000)
    /// What SRS answers for a stream and for a client that there is not.
    private static let codes = (stream: 2_048, client: 2_049, request: 1_067)

    private let api: ServerAPI
    /// Tells this run of the server from others.
    private let run = SRSRun()

    /// Makes the routes over an API.
    public init(_ api: ServerAPI) {
        self.api = api
    }

    /// The routes of the port.
    public var routes: [String: HTTPRoute] {
        let route = HTTPRoute(methods: ["GET", "DELETE"], mostBodyBytes: 0) { request in
            do throws(APIProblem) {
                return try await answer(request)
            } catch {
                return error.answer
            }
        }
        return ["/api/v1": route, "/api/v1/": route, "/api/": route, "/api": route]
    }

    private func answer(_ request: HTTPRoute.Request) async throws(APIProblem) -> HTTPRoute.Answer {
        var request = request
        if let token = Self.basicPassword(request.headers["authorization"]) {
            request.headers["authorization"] = "Bearer \(token)"
        }
        let grant = try await api.grant(for: request)
        let parts = request.path.split(separator: "/").dropFirst(2).compactMap { String($0).percentDecoded }
        guard request.method == "GET" else {
            guard parts.count == 2, parts[0] == "clients" else { throw .methodNotAllowed(["GET"]) }
            guard grant.role >= .operator else { throw .forbidden("this needs the role operator") }
            guard !request.isFromForeignPage else {
                throw .forbidden("a page of another site sent this request")
            }
            return try await kick(parts[1], request, grant)
        }
        guard let first = parts.first else { return object { $0.member("urls", of: Self.addresses) { $0.string($1) } } }
        switch (first, parts.dropFirst().first) {
        case ("versions", nil): return versions
        case ("summaries", nil): return summaries
        case ("vhosts", let id): return await vhosts(id, grant)
        case ("streams", let id): return await streams(id, request, grant)
        case ("clients", let id): return await clients(id, request, grant)
        default: throw .notFound("of SRS's API, versions, summaries, vhosts, streams and clients are understood")
        }
    }

    private static let addresses = ["versions", "summaries", "vhosts", "streams", "clients"].map { "/api/v1/\($0)" }

    /// The password of `Basic …` (RFC 7617).
    static func basicPassword(_ field: String?) -> String? {
        guard let field, field.prefix(6).lowercased() == "basic ",
            let bytes = Data(base64Encoded: String(field.dropFirst(6)))
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) }
    }

    // MARK: The server

    private var versions: HTTPRoute.Answer {
        // What programs compare is SRS's version: the latest whose answers these are.
        object { writer in
            writer.member("data") { writer in
                writer.member("major", 5)
                writer.member("minor", 0)
                writer.member("revision", 0)
                writer.member("version", "5.0.0")
            }
        }
    }

    private var summaries: HTTPRoute.Answer {
        let facts = api.facts()
        return object { writer in
            writer.member("data") { writer in
                writer.member("ok", true)
                writer.member("now_ms", Int(UTCTime.now().millisecondsSince1970))
                writer.member("self") { writer in
                    writer.member("version", "swiftwater/\(facts.version)")
                    writer.member("pid", run.pid)
                    writer.member("ppid", 0)
                    writer.member("argv", "swiftwater serve")
                    writer.member("cwd", "")
                    writer.member("mem_kbyte", (facts.residentBytes ?? 0) / 1_024)
                    writer.member("mem_percent", 0)
                    writer.member("cpu_percent", 0)
                    writer.member("srs_uptime", Int(facts.uptimeSeconds))
                }
                writer.member("system") { writer in
                    writer.member("uptime", facts.uptimeSeconds)
                    writer.member("conn_srs", api.sessions.count)
                }
            }
        }
    }

    // MARK: Lists

    private func vhosts(_ id: String?, _ grant: APIGrant) async -> HTTPRoute.Answer {
        guard id == nil || id == SRSIdentity.vhost else { return refusal(Self.codes.request) }
        let statuses = await api.registry.statuses(
            of: api.registry.liveStreams.filter { grant.covers($0.path.application) })
        let sessions = api.sessions.sessions { grant.covers($0.path.application) }
        let vhost = SRSVhost(statuses: statuses, clients: sessions.count)
        return object { writer in
            if id != nil {
                writer.member("vhost") { vhost.write(to: &$0) }
            } else {
                writer.member("vhosts", of: [vhost]) { writer, vhost in writer.object { vhost.write(to: &$0) } }
            }
        }
    }

    private func streams(_ id: String?, _ request: HTTPRoute.Request, _ grant: APIGrant) async -> HTTPRoute.Answer {
        var live = api.registry.liveStreams.filter { grant.covers($0.path.application) }
        if let id { live = live.filter { SRSIdentity.stream($0.path) == id } }
        guard id == nil || !live.isEmpty else { return refusal(Self.codes.stream) }
        let statuses = await api.registry.statuses(of: page(live, request))
        let streams = statuses.map { status in
            SRSStream(
                status: status, publisher: api.sessions.publisher(of: status.path),
                players: api.sessions.players(of: status.path).values.reduce(0, +))
        }
        return object { writer in
            if id != nil, let stream = streams.first {
                writer.member("stream") { stream.write(to: &$0) }
            } else {
                writer.member("streams", of: streams) { writer, stream in writer.object { stream.write(to: &$0) } }
            }
        }
    }

    private func clients(_ id: String?, _ request: HTTPRoute.Request, _ grant: APIGrant) async -> HTTPRoute.Answer {
        var wanted = api.sessions.sessions { grant.covers($0.path.application) }
        if let id { wanted = wanted.filter { $0.id == id } }
        let readings = await api.sessions.readings(of: page(wanted, request))
        guard id == nil || !readings.isEmpty else { return refusal(Self.codes.client) }
        let clients = readings.map { SRSClient(entry: $0.entry, reading: $0.reading, now: .now()) }
        return object { writer in
            if id != nil, let client = clients.first {
                writer.member("client") { client.write(to: &$0) }
            } else {
                writer.member("clients", of: clients) { writer, client in writer.object { client.write(to: &$0) } }
            }
        }
    }

    private func page<Entry>(_ all: [Entry], _ request: HTTPRoute.Request) -> [Entry] {
        func number(_ name: String, _ usual: Int) -> Int { request.query[name].flatMap { Int($0) } ?? usual }
        let count = min(max(number("count", Self.entries.usual), 1), Self.entries.most)
        return Array(all.dropFirst(max(0, number("start", 0))).prefix(count))
    }

    // MARK: Ending

    private func kick(
        _ id: String, _ request: HTTPRoute.Request, _ grant: APIGrant
    ) async throws(APIProblem) -> HTTPRoute.Answer {
        guard let entry = api.sessions.session(id), grant.covers(entry.path.application) else {
            return refusal(Self.codes.client)
        }
        api.logger.notice(
            "session ended by request",
            metadata: [
                "connection.id": "\(entry.id)", "stream.path": "\(entry.path)", "by": "\(grant.name)",
                "by.address": "\(request.peerAddress)",
            ])
        await entry.end(because: "ended by the operator")
        return object { _ in }
    }

    // MARK: Answers

    private func object(_ body: (inout JSONWriter) -> Void) -> HTTPRoute.Answer { run.answer(code: 0, body) }

    /// SRS says 200 and a code.
    private func refusal(_ code: Int) -> HTTPRoute.Answer { run.answer(code: code) { _ in } }
}
