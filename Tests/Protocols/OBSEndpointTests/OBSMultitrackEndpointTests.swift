import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOCore
import OBSMultitrack
import Testing

@testable import OBSEndpoint

@Suite("OBS multitrack: the endpoint")
struct OBSMultitrackEndpointTests {
    private static let ladder = MultitrackLadder(renditions: [
        .init(height: 720, bitrate: 3000), .init(height: 360, bitrate: 600),
    ])

    private func endpoint(server: String? = nil, encoder: EncoderFamily? = nil, port: Int = 1935)
        -> OBSMultitrackEndpoint
    {
        OBSMultitrackEndpoint(
            authorizer: OneKey(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, rtmpPort: { port },
            settings: { application in
                application == "off"
                    ? nil : OBSMultitrackSettings(ladder: Self.ladder, encoder: encoder, server: server)
            })
    }

    private func ask(
        _ endpoint: OBSMultitrackEndpoint, key: String = "right", query: [String: String] = [:],
        authority: String? = "media.example.com:8080", canvases: Int = 1, method: String = "POST", body: String? = nil
    ) async throws -> (status: Int, answer: Answer) {
        let canvas = #"{"width": 1280, "height": 720, "framerate": {"numerator": 30, "denominator": 1}}"#
        let list = repeatElement(canvas, count: canvases).joined(separator: ",")
        let json =
            body ?? """
                {"authentication": "\(key)", "client": {"version": "32.0.1"}, "preferences": {"canvases": [\(list)]}}
                """
        let answer = await endpoint.route.answer(
            HTTPRoute.Request(
                method: method, path: OBSMultitrackEndpoint.path, authority: authority, query: query,
                body: ByteBuffer(string: json),
                peerAddress: "192.0.2.1"))
        #expect(answer.mediaType == "application/json")
        #expect(!String(buffer: answer.body).contains(key))
        return (answer.status, try JSONDecoder().decode(Answer.self, from: Data(answer.body.readableBytesView)))
    }

    @Test("a known key gets the ladder, and the address by which it came")
    func granted() async throws {
        let (status, answer) = try await ask(endpoint())
        #expect(status == 200 && answer.status.result == "success")
        #expect(answer.encoder_configurations.map(\.height) == [720, 360])
        #expect(answer.ingest_endpoints.map(\.url_template) == ["rtmp://media.example.com/live/{stream_key}"])
    }

    @Test(
        "the address follows host, port and application, unless the operator named one",
        arguments: [
            ("[2001:db8::1]:8080", "show", 1999, nil, "rtmp://[2001:db8::1]:1999/show/{stream_key}"),
            ("127.0.0.1", "live", 1935, nil, "rtmp://127.0.0.1/live/{stream_key}"),
            ("h:1", "live", 1935, "rtmps://in.example.com/x", "rtmps://in.example.com/x/{stream_key}"),
        ])
    func address(authority: String, application: String, port: Int, server: String?, url: String) async throws {
        let (_, answer) = try await ask(
            endpoint(server: server, port: port), query: ["app": application], authority: authority)
        #expect(answer.ingest_endpoints.map(\.url_template) == [url])
    }

    @Test(
        "a refusal is told as OBS shows it",
        arguments: [
            ("wrong", "live", "does not know the stream key"), ("right", "off", "apps: { off: { obs-multitrack"),
            ("right", "../<b>", "No application can have the name"), ("right?key=x", "", "No application"),
        ])
    func refused(key: String, application: String, sentence: String) async throws {
        let (status, answer) = try await ask(endpoint(), key: key, query: ["app": application])
        #expect(status == 200 && answer.status.result == "error" && answer.encoder_configurations.isEmpty)
        #expect(answer.status.html_en_us?.contains(sentence) == true)
        #expect(answer.status.html_en_us?.contains("<b>") == false)
    }

    @Test("a host that is none is not repeated", arguments: ["", "a b", "x/{stream_key}", "[::1", "[x]:80", "é", nil])
    func hosts(authority: String?) async throws {
        let (_, answer) = try await ask(endpoint(), authority: authority)
        #expect(answer.status.result == "error" && answer.ingest_endpoints.isEmpty)
    }

    @Test("what is no question is answered with 400", arguments: ["", "{}", "[[[[", "\u{0}"])
    func nonsense(body: String) async throws {
        let (status, answer) = try await ask(endpoint(), body: body)
        #expect(status == 400 && answer.status.result == "error")
    }

    @Test("an additional canvas is warned of")
    func canvases() async throws {
        let (_, answer) = try await ask(endpoint(), canvases: 2)
        #expect(answer.status.result == "warning" && answer.encoder_configurations.count == 2)
    }

    @Test("GET gives an answer to paste, without a key")
    func pasted() async throws {
        let query = ["width": "640", "height": "360", "fps": "25", "encoder": "amf"]
        let (status, answer) = try await ask(endpoint(), query: query, method: "GET", body: "")
        #expect(status == 200 && answer.encoder_configurations.map(\.height) == [360])
        #expect(answer.encoder_configurations.map(\.type) == ["h264_texture_amf"])
        for query in [["width": "x"], ["fps": ""], ["encoder": "best"]] {
            #expect(try await ask(endpoint(), query: query, method: "GET", body: "").status == 400)
        }
    }

    @Test("the operator's encoder wins over the machine's")
    func encoder() async throws {
        let (_, answer) = try await ask(endpoint(encoder: .vaapi))
        #expect(answer.encoder_configurations.allSatisfy { $0.type == "ffmpeg_vaapi_tex" })
    }

    @Test("the key goes to the authorizer as a publisher's would, its query apart")
    func keyWithQuery() async throws {
        let (_, answer) = try await ask(endpoint(), key: "show?token=a%20b&bandwidthtest")
        #expect(answer.status.result == "success")
    }
}

/// Knows the key `right`, and the token `a b` of `show`.
private struct OneKey: StreamAuthorizer {
    func authorizePublish(_ wish: StreamWish) async -> StreamDecision {
        let isToken = wish.name == "show" && wish.query.first.map { $0.name == "token" && $0.value == "a b" } == true
        guard wish.name == "right" || isToken, wish.peerAddress == "192.0.2.1",
            let path = try? StreamPath(application: wish.application, name: "show")
        else { return .deny(.keyRequired) }
        return .allow(path)
    }

    func authorizePlay(_ wish: StreamWish) async -> StreamDecision { .deny(.keyRequired) }
}

/// What the tests read of an answer, in the words of the wire.
private struct Answer: Decodable {
    struct Status: Decodable {
        var result: String
        var html_en_us: String?
    }
    struct Endpoint: Decodable { var url_template: String }
    struct Encoder: Decodable {
        var type: String
        var height: Int
    }

    var status: Status
    var ingest_endpoints: [Endpoint]
    var encoder_configurations: [Encoder]
}
