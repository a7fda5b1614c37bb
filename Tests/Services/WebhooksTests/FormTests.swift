import ConfigurationReading
import EndpointCore
import Foundation
import MediaModel
import StreamHealth
import Testing

@testable import Webhooks

@Suite("The forms of messages")
struct FormTests {
    private func json(_ message: HookMessage?) throws -> [String: Any] {
        let message = try #require(message)
        #expect(message.contentType == "application/json")
        return try #require(try JSONSerialization.jsonObject(with: Data(message.body)) as? [String: Any])
    }

    @Test("our own: a notice says what, when, where, who and in which session, and no address with its query")
    func own() throws {
        let message = SwiftwaterForm(server: "tv1").message(Samples.notice(.publish))
        #expect(
            try #require(message).text == """
                {"app":"live","client":{"address":"192.0.2.7","agent":"FMLE/3.0 (compatible)","port":51000,\
                "transport":"rtmp"},"event":"publish","id":"evt_1","server":"tv1","session":"run-7",\
                "stream":"live/show","time":"2026-09-21T14:13:20.250Z"}
                """)
    }

    @Test("our own: an end says what was carried, a finding what is wrong, a failure whose")
    func details() throws {
        let form = SwiftwaterForm(server: "tv1")
        let end = try json(
            form.message(Samples.notice(.publishEnd(.init(seconds: 2.0004, bytesReceived: 5, bytesSent: 6)))))
        #expect(end["event"] as? String == "publish.end")
        #expect(end["carried"] as? [String: Double] == ["seconds": 2, "bytesReceived": 5, "bytesSent": 6])
        let finding = HealthFinding(rule: .publisherSilent, text: "nothing <comes> for 3 s", since: 0)
        let raised = try json(form.message(HookNotice(.findingRaised(finding), path: Samples.path)))
        #expect((raised["finding"] as? [String: String])?["rule"] == "publisher.silent")
        #expect((raised["finding"] as? [String: String])?["remedy"]?.isEmpty == false)
        #expect(raised["session"] == nil)
        let failure = HookFailure(duty: .publish, hook: "http://h/?…", reason: "no answer in time", dropped: 3)
        let failed = try json(form.message(HookNotice(.hookFailed(failure))))
        #expect(failed["event"] as? String == "hook.failed")
        #expect((failed["hook"] as? [String: Any])?["dropped"] as? Int == 3)
    }

    @Test("our own: a question shows the client's parameters only where that is wished")
    func ownQuestion() throws {
        let form = SwiftwaterForm(server: "tv1")
        let query = [(name: "user", value: "jo"), (name: "user", value: "max")]
        #expect(try json(form.message(Samples.question(.publish, query: query)))["query"] == nil)
        let shown = try json(form.message(Samples.question(.play, query: query, showsQuery: true)))
        #expect(shown["query"] as? [String: String] == ["user": "jo"])
        #expect(shown["event"] as? String == "admission.play")
    }

    @Test("nginx-rtmp: the fields of on_publish, in its order, with the client's parameters at the end")
    func nginxQuestion() throws {
        let message = try #require(
            NginxRTMPForm().message(Samples.question(.publish, query: [("pass", "a b&c"), ("ü", "1")])))
        #expect(message.contentType == "application/x-www-form-urlencoded")
        #expect(
            message.text
                == "app=live&flashver=FMLE%2F3.0%20%28compatible%29&swfurl=&tcurl=rtmp%3A%2F%2Fin.example%2Flive"
                + "&pageurl=http%3A%2F%2Fpage.example%2Fa&addr=192.0.2.7&clientid=run-7&call=publish&name=show&type=live"
                + "&pass=a%20b%26c&%C3%BC=1")
        let play = try #require(NginxRTMPForm().message(Samples.question(.play))).text
        #expect(play.hasSuffix("&call=play&name=show&start=0&duration=0&reset=0"))
    }

    @Test(
        "nginx-rtmp: no parameter of a client stands for a field of the form, however it is written",
        arguments: [
            "name", "NAME", "addr", "app", "clientid", "call", "tcurl", "type", "time", "epoch", "recorder", "path",
            "name[]", "name[0]", "name[\u{301}]", "[name]", "name]", " name", "\tname ", "name\u{0}x",
        ])
    func nginxFields(field: String) throws {
        let query = [(name: "a", value: "1"), (name: field, value: "forged"), (name: "my.name", value: "2")]
        let question = try #require(NginxRTMPForm().message(Samples.question(.publish, query: query)))
        #expect(question.text.hasSuffix("&name=show&type=live&a=1&my.name=2"))
        var update = HookUpdate(act: .play, path: Samples.path, client: Samples.encoder)
        update.query = query
        #expect(try #require(NginxRTMPForm().message(update)).text.hasSuffix("&name=show&a=1&my.name=2"))
    }

    @Test(
        "nginx-rtmp: notices carry its calls, and nothing of the query",
        arguments: [
            (HookNotice.Kind.publishEnd(.init(seconds: 1)), "call=publish_done&name=show"),
            (.playEnd(.init(seconds: 1)), "call=play_done&name=show"), (.publish, "call=publish&name=show&type=live"),
            (.play, "call=play&name=show"),
        ])
    func nginxNotices(kind: HookNotice.Kind, ending: String) throws {
        let text = try #require(NginxRTMPForm().message(Samples.notice(kind))).text
        #expect(text.hasSuffix(ending))
        #expect(text.hasPrefix("app=live&flashver=") && !text.contains("hush"))
    }

    @Test("nginx-rtmp: connect and disconnect name no stream, and what it does not know is not sent")
    func nginxOthers() throws {
        let connect = try #require(NginxRTMPForm().message(Samples.notice(.connect, path: nil))).text
        #expect(connect.contains("&epoch=") && connect.hasSuffix("&call=connect") && !connect.contains("name="))
        let finding = HealthFinding(rule: .publisherSilent, text: "", since: 0)
        #expect(NginxRTMPForm().message(Samples.notice(.findingRaised(finding))) == nil)
        #expect(SRSForm(server: "tv1").message(Samples.notice(.findingRaised(finding))) == nil)
    }

    @Test(
        "on_update: nginx-rtmp's fields with call, time and timestamp; our own form says what was carried; SRS has none"
    )
    func updates() throws {
        var update = HookUpdate(act: .play, path: Samples.path, client: Samples.encoder)
        update.query = [("pass", "a b")]
        update.carried = .init(seconds: 61.9, bytesReceived: 5, bytesSent: 6)
        update.timestampMilliseconds = 60_040
        let nginx = try #require(NginxRTMPForm().message(update))
        #expect(nginx.text.hasPrefix("app=live&flashver=") && nginx.event == "on_update")
        #expect(
            nginx.text.hasSuffix(
                "&clientid=run-7&call=update_play&time=61&timestamp=60040&name=show&pass=a%20b"))
        #expect(!nginx.text.contains("hush"))
        update.askedName = "asked"
        let renamed = try #require(NginxRTMPForm().message(update)).text
        #expect(renamed.contains("&name=asked&"))
        let own = try json(SwiftwaterForm(server: "tv1").message(update))
        #expect(own["event"] as? String == "admission.update" && own["role"] as? String == "player")
        #expect(own["carried"] as? [String: Double] == ["seconds": 61.9, "bytesReceived": 5, "bytesSent": 6])
        #expect(own["query"] == nil)
        #expect(ServerConfiguration.HookFormat.srs.message(update, server: "tv1") == nil)
    }

    @Test(
        "of tcUrl hooks are told the server and the application, and nothing behind, between or before them",
        arguments: [
            ("rtmp://in.example/live", "rtmp://in.example/live"),
            ("rtmp://in.example:1936/live/swk_hush", "rtmp://in.example:1936/live"),
            ("rtmp://in.example/live/_definst_/swk_hush", "rtmp://in.example/live"),
            ("rtmp://in.example/live?key=swk_hush", "rtmp://in.example/live"),
            ("rtmp://in.example/live#swk_hush", "rtmp://in.example/live"),
            ("rtmps://swk_hush:swk_hush@in.example/live", "rtmps://in.example/live"),
            ("rtmp://in.example?swk_hush", "rtmp://in.example/live"),
            ("rtmp://in.example/\u{301}swk_hush", "rtmp://in.example/live"),
            ("rtmp://in.example\\swk_hush", "rtmp://in.example/live"),
            (" \"rtmp://[2001:db8::1]:1936/live\"", "rtmp://[2001:db8::1]:1936/live"),
            ("live/swk_hush", ""), ("://swk_hush", ""), ("", ""),
        ])
    func toldTCURL(given: String, told: String) throws {
        var client = Samples.encoder
        client.tcURL = given
        #expect(client.toldTCURL(to: "live") == told)
        let question = HookQuestion(act: .publish, path: Samples.path, client: client, query: [], showsQuery: false)
        let notice = HookNotice(.publish, path: Samples.path, client: client)
        let update = HookUpdate(act: .publish, path: Samples.path, client: client)
        for format in [ServerConfiguration.HookFormat.swiftwater, .nginxRTMP, .srs] {
            let messages = [
                format.message(question, server: "tv1"), format.message(notice, server: "tv1"),
                format.message(update, server: "tv1"),
            ]
            #expect(messages.allSatisfy { $0?.text.contains("swk_") != true })
        }
        #expect(try json(SRSForm(server: "tv1").message(question))["tcUrl"] as? String == told)
    }

    @Test("SRS: on_publish has the members that its back ends read")
    func srsQuestion() throws {
        let body = try json(
            SRSForm(server: "tv1").message(Samples.question(.publish, query: [("secret", "a b"), ("x", "1")])))
        let expected = [
            "action": "on_publish", "app": "live", "client_id": "run-7", "ip": "192.0.2.7", "server_id": "tv1",
            "service_id": "tv1", "stream": "show", "param": "?secret=a%20b&x=1", "vhost": "__defaultVhost__",
            "tcUrl": "rtmp://in.example/live", "pageUrl": "http://page.example/a", "stream_url": "/live/show",
            "stream_id": "live/show",
        ]
        #expect(body as? [String: String] == expected)
    }

    @Test(
        "SRS: notices carry its actions, and nothing of the query",
        arguments: [
            (HookNotice.Kind.connect, "on_connect"), (.disconnect, "on_close"), (.publish, "on_publish"),
            (.publishEnd(.init(seconds: 1)), "on_unpublish"), (.play, "on_play"),
            (.playEnd(.init(seconds: 1)), "on_stop"),
        ])
    func srsNotices(kind: HookNotice.Kind, action: String) throws {
        let message = try #require(SRSForm(server: "tv1").message(Samples.notice(kind)))
        #expect(try json(message)["action"] as? String == action)
        #expect(!message.text.contains("hush"))
    }

    private static let recorded = HookNotice.RecordedFile(
        id: "rec_1", folder: "/media", file: "live/show/2026-11-30T08-00-00Z.mp4", format: "fmp4",
        outcome: .init(reason: "stream-ended", seconds: 2.0004, bytes: 5, lostFrames: 0))

    @Test("our own: a recording says which file, and at its end what has become of it")
    func recordings() throws {
        let form = SwiftwaterForm(server: "tv1")
        let path = "/media/live/show/2026-11-30T08-00-00Z.mp4"
        let end = try json(form.message(HookNotice(.recordEnd(Self.recorded), path: Samples.path)))
        #expect(end["event"] as? String == "record.end" && end["stream"] as? String == "live/show")
        let members = try #require(end["recording"] as? [String: Any])
        #expect(members["path"] as? String == path && members["file"] as? String == Self.recorded.file)
        #expect(members["seconds"] as? Double == 2 && members["bytes"] as? Int == 5)
        #expect(members["reason"] as? String == "stream-ended" && members["id"] as? String == "rec_1")
        var begun = Self.recorded
        begun.outcome = nil
        let start = try json(form.message(HookNotice(.record(begun), path: Samples.path)))
        #expect(start["event"] as? String == "record")
        #expect(Set(try #require(start["recording"] as? [String: Any]).keys) == ["id", "file", "path", "format"])
        let failed = try json(form.message(HookNotice(.recordFailed(Self.recorded), path: Samples.path)))
        #expect(failed["event"] as? String == "record.failed")
    }

    @Test("nginx-rtmp and SRS: a file that is whole is told of as their on_record_done and on_dvr are")
    func recordingsOfOthers() throws {
        let notice = Samples.notice(.recordEnd(Self.recorded))
        let form = try #require(NginxRTMPForm().message(notice)).text
        #expect(
            form.hasSuffix(
                "&call=record_done&recorder=&name=show&path=%2Fmedia%2Flive%2Fshow%2F2026-11-30T08-00-00Z.mp4"))
        #expect(form.hasPrefix("app=live&flashver=") && !form.contains("hush"))
        let body = try json(SRSForm(server: "tv1").message(notice))
        #expect(body["action"] as? String == "on_dvr" && body["cwd"] as? String == "/media")
        #expect(body["file"] as? String == "/media/live/show/2026-11-30T08-00-00Z.mp4")
        #expect(body["stream"] as? String == "show" && body["app"] as? String == "live")
        for kind in [HookNotice.Kind.record(Self.recorded), .recordFailed(Self.recorded)] {
            #expect(NginxRTMPForm().message(Samples.notice(kind)) == nil)
            #expect(SRSForm(server: "tv1").message(Samples.notice(kind)) == nil)
        }
    }

    @Test("in the forms of others a renamed stream keeps the name that the back end knows it by")
    func renamed() throws {
        var notice = Samples.notice(.publishEnd(.init(seconds: 1)))
        notice.askedName = "asked"
        #expect(try #require(NginxRTMPForm().message(notice)).text.hasSuffix("&name=asked"))
        #expect(try json(SRSForm(server: "tv1").message(notice))["stream"] as? String == "asked")
        #expect(try json(SwiftwaterForm(server: "tv1").message(notice))["stream"] as? String == "live/show")
    }

    @Test("a signature is that of the documentation's example")
    func signature() {
        let header = HookSignature.header(
            secret: Secret("a-secret-of-the-operator"), body: Array(#"{"event":"publish"}"#.utf8),
            seconds: 1_790_000_000)
        #expect(header == "t=1790000000,v1=fe23def6f7be05d2aae6e0ad7c527f618dafbe1930e41f148b54d986c0aae5b7")
        let request = HookRequest(
            HookMessage(contentType: "a/b", body: [1], event: "e", id: "i"), to: Samples.url(), secret: nil, seconds: 1)
        #expect(!request.headers.contains { $0.name == HookSignature.headerName })
    }
}
