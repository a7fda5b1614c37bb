public import EndpointCore
public import Logging
import MediaModel
import NIOCore
import OBSMultitrack

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tells OBS which tracks to send: its multitrack video handshake, "Enhanced Broadcasting".
///
/// A refusal is an answer with status 200 as well: of any other OBS shows the number alone, and not the reason.
public struct OBSMultitrackEndpoint: Sendable {
    /// Where OBS asks; `?app=` names the application.
    public static let path = "/api/obs/GetClientConfiguration"
    /// Bytes of a request: 64 KiB, where OBS sends two or three.
    static let mostRequestBytes = 64 << 10
    /// The application where the address names none.
    static let habitualApplication = "live"

    private let settings: @Sendable (_ application: String) -> OBSMultitrackSettings?
    private let rtmpPort: @Sendable () -> Int
    private let authorizer: any StreamAuthorizer
    private let logger: Logger

    /// Makes an endpoint.
    ///
    /// - Parameters:
    ///   - authorizer: is asked whether the stream key opens anything, and should decide within a second: OBS waits for five.
    ///   - logger: gets a line for each question.
    ///   - rtmpPort: where OBS publishes on the host that it asked.
    ///   - settings: of an application; `nil` where the operator wants no multitrack video.
    public init(
        authorizer: any StreamAuthorizer, logger: Logger, rtmpPort: @escaping @Sendable () -> Int,
        settings: @escaping @Sendable (_ application: String) -> OBSMultitrackSettings?
    ) {
        self.authorizer = authorizer
        self.logger = logger
        self.rtmpPort = rtmpPort
        self.settings = settings
    }

    /// For the HTTP endpoint: `POST` as OBS does it, and `GET` for an answer that is pasted into OBS's "Config Override".
    public var route: HTTPRoute {
        HTTPRoute(methods: ["POST", "GET"], mostBodyBytes: Self.mostRequestBytes) { await respond(to: $0) }
    }

    private func respond(to request: HTTPRoute.Request) async -> HTTPRoute.Answer {
        let application = request.query["app"] ?? Self.habitualApplication
        var question: ClientConfigurationRequest?
        var facts: Logger.Metadata = ["peer.address": "\(request.peerAddress)", "protocol": "obs"]
        do throws(OBSMultitrackRefusal) {
            guard (try? StreamPath(application: application, name: "name")) != nil else { throw .application }
            facts["application"] = "\(application)"
            let asked =
                try request.method == "GET" ? Self.question(inQuery: request.query) : Self.question(in: request.body)
            question = asked
            facts["client.version"] = "\(asked.client)"
            let answer = try await answer(asked, request, application, &facts)
            logger.info("multitrack video configured", metadata: facts)
            return Self.write(answer, isForPeople: request.method == "GET")
        } catch {
            facts["reason"] = "\(error.reason)"
            logger.info("multitrack video refused", metadata: facts)
            let answer = ClientConfiguration(refusing: question, html: error.html(application: application))
            return Self.write(answer, status: error == .notUnderstood ? 400 : 200)
        }
    }

    private func answer(
        _ asked: ClientConfigurationRequest, _ request: HTTPRoute.Request, _ application: String,
        _ facts: inout Logger.Metadata
    ) async throws(OBSMultitrackRefusal) -> ClientConfiguration {
        guard let settings = settings(application) else { throw .switchedOff }
        // Who asks with a browser has no key yet, and learns nothing but the operator's ladder.
        if request.method == "POST" { try await authorize(asked.streamKey, application, request) }
        let server = if let server = settings.server { server } else { try ownAddress(request.authority, application) }
        let chosen = request.query["encoder"].flatMap(EncoderFamily.init(rawValue:))
        let encoder = chosen ?? settings.encoder ?? EncoderFamily(suitedTo: asked)
        let selection: LadderSelection
        do throws(MultitrackFault) {
            selection = try LadderSelection(from: settings.ladder, for: asked, encoder: encoder)
        } catch {
            throw .impossible(error)
        }
        facts["encoder"] = "\(encoder.rawValue)"
        facts["tracks"] = "\(selection.tracks.map { "\($0.width)x\($0.height)" }.joined(separator: " "))"
        var answer = ClientConfiguration(
            to: asked, selection: selection, ladder: settings.ladder, encoder: encoder, server: server)
        if asked.canvases.count > 1 {
            answer.status = .warning(
                html: "This server takes the main canvas only: the additional one will not be sent.")
        }
        return answer
    }

    private func authorize(
        _ key: StreamKey, _ application: String, _ request: HTTPRoute.Request
    ) async throws(OBSMultitrackRefusal) {
        let parts = key.text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.dropFirst().joined().split(separator: "&").prefix(64).map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (name: sides[0], value: sides.count > 1 ? sides[1].percentDecoded ?? sides[1] : "")
        }
        let wish = StreamWish(
            application: application, name: parts.first.map(String.init) ?? "", query: query,
            peerAddress: request.peerAddress, isFromThisMachine: request.isFromThisMachine)
        if case .deny(let refusal) = await authorizer.authorizePublish(wish) { throw .notAdmitted(refusal) }
    }

    /// The RTMP port on the host by which the client reached the HTTP port.
    private func ownAddress(
        _ authority: String?, _ application: String
    ) throws(OBSMultitrackRefusal) -> String {
        guard let host = authority.flatMap(Self.host) else { throw .hostUnknown }
        let port = rtmpPort()
        return "rtmp://\(host)\(port == 1935 ? "" : ":\(port)")/\(application)"
    }

    /// The host of `host:port` or `[v6]:port`; `nil` where it is none.
    static func host(of authority: String) -> String? {
        let host: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[...end]
            guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                return nil
            }
        } else {
            host = authority.prefix { $0 != ":" }
            guard host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || "-._".contains($0) }) else {
                return nil
            }
        }
        return (1...255).contains(host.utf8.count) ? String(host) : nil
    }
}

extension OBSMultitrackEndpoint {
    private static func question(in body: ByteBuffer) throws(OBSMultitrackRefusal) -> ClientConfigurationRequest {
        do {
            return try JSONDecoder().decode(ClientConfigurationRequest.self, from: Data(body.readableBytesView))
        } catch {
            throw .notUnderstood
        }
    }

    /// `?width=1920&height=1080&fps=60&encoder=nvenc`, all of it optional, as the newest OBS would ask.
    private static func question(
        inQuery query: [String: String]
    ) throws(OBSMultitrackRefusal) -> ClientConfigurationRequest {
        func number(_ name: String, default value: Int) throws(OBSMultitrackRefusal) -> Int {
            guard let text = query[name] else { return value }
            guard let number = Int(text) else { throw .notUnderstood }
            return number
        }
        if let encoder = query["encoder"], EncoderFamily(rawValue: encoder) == nil { throw .notUnderstood }
        let canvas = Canvas(
            width: try number("width", default: 1920), height: try number("height", default: 1080),
            frameRate: FrameRate(try number("fps", default: 60)))
        return ClientConfigurationRequest(
            streamKey: StreamKey(""), client: ClientVersion(query["version"] ?? "32.0"), canvases: [canvas])
    }

    private static func write(
        _ answer: ClientConfiguration, status: Int = 200, isForPeople: Bool = false
    ) -> HTTPRoute.Answer {
        let encoder = JSONEncoder.ordered()
        if isForPeople { encoder.outputFormatting.insert(.prettyPrinted) }
        guard let json = try? encoder.encode(answer) else {
            assertionFailure("an answer is words and whole numbers, which JSON has")
            return HTTPRoute.Answer(status: 500, mediaType: "application/json", body: ByteBuffer(string: "{}"))
        }
        return HTTPRoute.Answer(status: status, mediaType: "application/json", body: ByteBuffer(bytes: json))
    }
}
