import EndpointCore
import MediaModel
import TextCoding

/// The forms that nginx-rtmp-module posts (`ngx_rtmp_notify_module`): the session's fields, `call`, and what belongs to it.
///
/// `on_publish`, `on_play` and `on_update` are questions, and carry the parameters of the client's URL, for by them its back
/// ends decide, but for those that are called as a field of the form is. The others are notices, and carry none.
struct NginxRTMPForm {
    /// A notice; `nil` for what nginx-rtmp knows nothing of.
    func message(_ notice: HookNotice) -> HookMessage? {
        guard let client = notice.client, let application = notice.application else { return nil }
        var form = FormText()
        switch notice.kind {
        case .connect:
            session(client, application, into: &form)
            form.add("epoch", "\(UInt32(truncatingIfNeeded: notice.time.millisecondsSince1970))")
            form.add("call", "connect")
        case .disconnect: call("disconnect", client, application, into: &form)
        case .publish: call("publish", client, application, into: &form)
        case .publishEnd: call("publish_done", client, application, into: &form)
        case .play: call("play", client, application, into: &form)
        case .playEnd: call("play_done", client, application, into: &form)
        case .recordEnd: call("record_done", client, application, into: &form)
        // It posts when a recorder has closed its file, and nothing when one begins or fails.
        case .record, .recordFailed, .findingRaised, .findingCleared, .hookFailed: return nil
        case .test: call("test", client, application, into: &form)
        }
        // The recorder that has no name of its own is the one that `record` stands for.
        if case .recordEnd = notice.kind { form.add("recorder", "") }
        if let path = notice.path { form.add("name", notice.askedName ?? path.name) }
        if case .publish = notice.kind { form.add("type", "live") }
        if case .recordEnd(let file) = notice.kind { form.add("path", file.path) }
        return HookMessage(
            contentType: HookMessage.form, body: Array(form.text.utf8), event: notice.name, id: notice.id)
    }

    /// A question.
    func message(_ question: HookQuestion, id: String = ChanceText.id("evt")) -> HookMessage? {
        var form = FormText()
        session(question.client, question.path.application, into: &form)
        form.add("call", question.act.rawValue)
        form.add("name", question.path.name)
        switch question.act {
        case .publish: form.add("type", "live")
        case .play:
            form.add("start", "0")
            form.add("duration", "0")
            form.add("reset", "0")
        }
        add(question.query, to: &form)
        return HookMessage(
            contentType: HookMessage.form, body: Array(form.text.utf8), event: "on_\(question.act.rawValue)", id: id)
    }

    /// The question whether a session may go on (`on_update`).
    func message(_ update: HookUpdate, id: String = ChanceText.id("evt")) -> HookMessage? {
        var form = FormText()
        call("update_\(update.act.rawValue)", update.client, update.path.application, into: &form)
        form.add("time", "\(Int(update.seconds))")
        form.add("timestamp", "\(update.timestampMilliseconds)")
        form.add("name", update.askedName ?? update.path.name)
        add(update.query, to: &form)
        return HookMessage(
            contentType: HookMessage.form, body: Array(form.text.utf8), event: "on_update", id: id)
    }

    /// Adds the parameters of the client's URL, but for those that would stand for a field of the form.
    private func add(_ query: [(name: String, value: String)], to form: inout FormText) {
        for (name, value) in query where !Self.isField(name) { form.add(name, value) }
    }

    private func call(_ name: String, _ client: ClientFacts, _ application: String, into form: inout FormText) {
        session(client, application, into: &form)
        form.add("call", name)
    }

    /// What every post begins with (`ngx_rtmp_netcall_http_format_session`).
    private func session(_ client: ClientFacts, _ application: String, into form: inout FormText) {
        form.add("app", application)
        form.add("flashver", client.agent)
        form.add("swfurl", client.swfURL.withoutQuery)
        form.add("tcurl", client.toldTCURL(to: application))
        form.add("pageurl", client.pageURL.withoutQuery)
        form.add("addr", client.address)
        form.add("clientid", client.session)
    }
}

extension NginxRTMPForm {
    /// The names of all fields that any of the forms has.
    private static let fields: Set<String> = [
        "app", "flashver", "swfurl", "tcurl", "pageurl", "addr", "clientid", "call", "name", "type", "start",
        "duration", "reset", "time", "timestamp", "epoch", "recorder", "path",
    ]

    /// Whether a back end may read a parameter of this name as a field of the form.
    ///
    /// Most take the last of several, and a client that could add a field would say by it what the server says of the
    /// client. PHP and Rack make lists of names with brackets, PHP and others leave out spaces around a name and what
    /// stands behind a NUL, and some do not tell capitals from small letters.
    private static func isField(_ name: String) -> Bool {
        let isMark: (UInt8) -> Bool = { $0 <= 0x20 || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
        // Byte by byte: a mark that a combining character follows is one to whoever reads the form.
        let word = name.utf8.drop(while: isMark).prefix { !isMark($0) }
        return fields.contains(String(decoding: word, as: UTF8.self).lowercased())
    }
}
