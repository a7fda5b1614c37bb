public import EndpointCore
public import Logging
import MediaModel
import NIOCore
public import Recording
public import StreamHub
public import Webhooks

/// The API by which programs and operators see what is live and who is connected, and end what should end.
///
/// It answers requests under `/api/v1/`, whatever brings them; it knows no socket.
public final class ServerAPI: Sendable {
    /// Where it lives.
    public static let prefix = "/api/v1"
    /// Bytes of a body at most: 16 KiB, for no request needs more than a line.
    static let mostBodyBytes = 16 << 10
    /// Characters of a path at most, percent-encoding and all.
    static let longestPath = 4_096

    let registry: StreamRegistry
    let sessions: SessionDirectory
    let watch: StreamWatch
    let events: EventFeed
    let authorizer: any APIAuthorizer
    let registrations: Registrations?
    let webhooks: WebhookCourier?
    let pictures: (any PictureSource)?
    let recorder: StreamRecorder?
    let configuration: (any ConfigurationControl)?
    let facts: @Sendable () -> ServerFacts
    let logger: Logger

    /// Makes an API.
    ///
    /// - Parameters:
    ///   - watch: who looks at the streams' health.
    ///   - authorizer: who may use it.
    ///   - webhooks: who tells webhooks; `nil` where nobody does.
    ///   - pictures: who makes pictures of streams; `nil` where nobody does.
    ///   - recorder: who records; `nil` where nobody does.
    ///   - registrations: for live streams and tokens; `nil` where there are none.
    ///   - configuration: who has it in hand; `nil` where it cannot be shown.
    ///   - facts: tells of the server at each request.
    public init(
        registry: StreamRegistry, sessions: SessionDirectory, watch: StreamWatch, events: EventFeed,
        authorizer: any APIAuthorizer, registrations: Registrations? = nil, webhooks: WebhookCourier? = nil,
        pictures: (any PictureSource)? = nil, recorder: StreamRecorder? = nil,
        configuration: (any ConfigurationControl)? = nil,
        facts: @escaping @Sendable () -> ServerFacts, logger: Logger
    ) {
        self.registry = registry
        self.sessions = sessions
        self.watch = watch
        self.events = events
        self.authorizer = authorizer
        self.registrations = registrations
        self.webhooks = webhooks
        self.pictures = pictures
        self.recorder = recorder
        self.configuration = configuration
        self.facts = facts
        self.logger = logger
    }

    /// The routes of the HTTP port.
    public var routes: [String: HTTPRoute] {
        let operations = operations
        let route = HTTPRoute(methods: [], mostBodyBytes: Self.mostBodyBytes) { breach in
            switch breach {
            case .methodNotAllowed: APIProblem.methodNotAllowed([]).answer
            case .bodyTooLong: APIProblem.contentTooLarge(Self.mostBodyBytes).answer
            }
        } answer: { request in
            do throws(APIProblem) {
                return try await self.answer(request, operations)
            } catch {
                return error.answer
            }
        }
        return [Self.prefix: route, Self.prefix + "/": route]
    }

    /// Everything that the API does; the document at `/api/v1/openapi.json` says the same.
    var operations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: Self.documentPath, role: .viewer) { request throws(APIProblem) in
                try request.allowQuery()
                return .json(Self.document)
            }
        ] + streamOperations + sessionOperations + serverOperations + liveStreamOperations + tokenOperations
            + configurationOperations + webhookOperations + pictureOperations + recordingOperations
    }

    /// Where the description of the API is, below the prefix.
    private static let documentPath = "/openapi.json"

    /// The description of the API (OpenAPI 3.1).
    static let document = ByteBuffer(bytes: PackageResources.openapi_json)

    // MARK: From request to operation

    private func answer(
        _ request: HTTPRoute.Request, _ operations: [APIOperation]
    ) async throws(APIProblem) -> HTTPRoute.Answer {
        let grant: APIGrant
        if request.path == Self.prefix + Self.documentPath {
            // It holds nothing that not everybody may know, and a browser that follows a link to it sends no token.
            grant = APIGrant(name: "anybody", role: .viewer, applications: [])
        } else {
            grant = try await self.grant(for: request)
        }
        guard let segments = Self.segments(of: request.path) else {
            throw .badRequest("the path is too long, or its percent-encoding is none")
        }
        var matches = operations.compactMap { operation in operation.match(segments).map { (operation, $0) } }
        // Where a name could take in a word that another pattern has, the word counts.
        let mostWords = matches.map(\.0.wordCount).max() ?? 0
        matches.removeAll { $0.0.wordCount < mostWords }
        guard !matches.isEmpty else {
            throw .notFound("there is nothing here; \(Self.prefix)/openapi.json lists all that there is")
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let (operation, parameters) = matches.first(where: { $0.0.method == method }) else {
            throw .methodNotAllowed(
                matches.flatMap { $0.0.method == "GET" ? ["GET", "HEAD"] : [$0.0.method] }.sorted())
        }
        guard grant.role >= operation.role else {
            throw .forbidden("this needs the role \(operation.role.rawValue), and yours is \(grant.role.rawValue)")
        }
        if operation.method != "GET", request.isFromForeignPage {
            throw .forbidden(
                "a page of another site sent this request: send it from the server's own pages, or a program")
        }
        return try await operation.answer(APIRequest(head: request, parameters: parameters, grant: grant))
    }

    /// Who sent a request, or why nothing is done for them.
    func grant(for request: HTTPRoute.Request) async throws(APIProblem) -> APIGrant {
        switch await authorizer.authorize(request) {
        case .success(let grant): return grant
        case .failure(.unknown(let detail)): throw .unauthorized(detail)
        case .failure(.forbidden(let detail)): throw .forbidden(detail)
        }
    }

    /// The segments of a path below the prefix, decoded; `nil` when it cannot be read.
    private static func segments(of path: String) -> [String]? {
        guard path.utf8.count <= longestPath, path.hasPrefix(prefix) else { return nil }
        var segments: [String] = []
        for segment in path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        {
            guard let decoded = segment.percentDecoded else { return nil }
            segments.append(decoded)
        }
        return segments
    }
}

extension HTTPRoute.Answer {
    /// An answer in JSON, which no browser takes for anything else.
    static func json(_ body: ByteBuffer, status: Int = 200) -> HTTPRoute.Answer {
        HTTPRoute.Answer(
            status: status, mediaType: "application/json", headers: ["X-Content-Type-Options": "nosniff"], body: body)
    }

    /// An answer that says nothing but that it was done.
    static var done: HTTPRoute.Answer {
        HTTPRoute.Answer(status: 204, mediaType: "application/json", body: ByteBuffer())
    }
}
