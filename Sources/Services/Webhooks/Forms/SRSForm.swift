import EndpointCore
import MediaModel
import TextCoding

/// The JSON that SRS posts (`http_hooks`, `srs_app_http_hooks.cpp`).
///
/// `on_publish` and `on_play` as questions carry the parameters of the client's URL as `param`, for by them its back ends
/// decide; as notices they carry none.
struct SRSForm {
    /// How the server is called.
    let server: String

    /// A notice; `nil` for what SRS knows nothing of.
    func message(_ notice: HookNotice) -> HookMessage? {
        guard let client = notice.client, let application = notice.application else { return nil }
        var body = Body(server, client, application)
        switch notice.kind {
        case .connect: body.action = "on_connect"
        case .disconnect: body.action = "on_close"
        case .publish: body.action = "on_publish"
        case .publishEnd: body.action = "on_unpublish"
        case .play: body.action = "on_play"
        case .playEnd: body.action = "on_stop"
        case .recordEnd(let file):
            body.action = "on_dvr"
            body.cwd = file.folder
            body.file = file.path
        // It posts when a file is whole, and nothing when one begins or fails.
        case .record, .recordFailed, .findingRaised, .findingCleared, .hookFailed: return nil
        case .test: body.action = "on_test"
        }
        if case .disconnect = notice.kind {
            body.send_bytes = 0
            body.recv_bytes = 0
        }
        if let path = notice.path { body.take(path, name: notice.askedName ?? path.name) }
        return HookMessage(json: body, event: notice.name, id: notice.id)
    }

    /// A question.
    func message(_ question: HookQuestion, id: String = ChanceText.id("evt")) -> HookMessage? {
        var body = Body(server, question.client, question.path.application)
        body.action = "on_\(question.act.rawValue)"
        body.take(question.path, name: question.path.name)
        var query = FormText()
        for (name, value) in question.query { query.add(name, value) }
        body.param = query.text.isEmpty ? "" : "?" + query.text
        return HookMessage(json: body, event: body.action, id: id)
    }
}

extension SRSForm {
    /// The members by the names that SRS gave them.
    fileprivate struct Body: Encodable {
        var server_id: String
        var service_id: String
        var action = ""
        var client_id: String
        var ip: String
        /// The host of those who named none that SRS is configured for, which is what most back ends know.
        var vhost = "__defaultVhost__"
        var app: String
        var tcUrl: String
        var pageUrl: String
        var stream: String?
        var param: String?
        var stream_url: String?
        var stream_id: String?
        var send_bytes: Int?
        var recv_bytes: Int?
        var cwd: String?
        var file: String?

        init(_ server: String, _ client: ClientFacts, _ application: String) {
            server_id = server
            service_id = server
            client_id = client.session
            ip = client.address
            app = application
            tcUrl = client.toldTCURL(to: application)
            pageUrl = client.pageURL.withoutQuery
        }

        mutating func take(_ path: StreamPath, name: String) {
            stream = name
            param = ""
            stream_url = "/\(path.application)/\(name)"
            stream_id = "\(path.application)/\(name)"
        }
    }
}
