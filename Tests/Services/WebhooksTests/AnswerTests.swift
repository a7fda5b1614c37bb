import ConfigurationReading
import NIOCore
import Testing

@testable import Webhooks

@Suite("The answers of admission hooks")
struct AnswerTests {
    private func answer(
        _ format: ServerConfiguration.HookFormat, _ status: Int, _ body: String? = "", location: String? = nil
    ) -> HookAnswer {
        HookAnswer(HookResponse(status: status, location: location, body: body.map { Array($0.utf8) }), as: format)
    }

    @Test(
        "in our own form",
        arguments: [
            (200, "", HookAnswer.allow), (204, "", .allow), (200, #"{"allow": true}"#, .allow),
            (200, #"{"allow": true, "name": "other", "more": [1]}"#, .rename("other")),
            (200, #"{"allow": false, "reason": "not today"}"#, .deny("not today")),
            (403, "", .deny(nil)), (403, "<html>", .deny(nil)), (401, #"{"reason": "who?"}"#, .deny("who?")),
            (200, "ok", .notUnderstood(.answerNotUnderstood)), (200, "{}", .notUnderstood(.answerNotUnderstood)),
            (200, #"{"allow": "yes"}"#, .notUnderstood(.answerNotUnderstood)),
            (500, #"{"allow": true}"#, .notUnderstood(.status(500))), (302, "", .notUnderstood(.status(302))),
        ])
    func own(status: Int, body: String, expected: HookAnswer) {
        #expect(answer(.swiftwater, status, body) == expected)
    }

    @Test("in our own form, nothing of a body without end or nested without end is believed")
    func hostile() {
        #expect(answer(.swiftwater, 200, nil) == .notUnderstood(.answerTooLong))
        let nested = String(repeating: "[", count: 8_000) + String(repeating: "]", count: 8_000)
        #expect(answer(.swiftwater, 200, nested) == .notUnderstood(.answerNotUnderstood))
        #expect(answer(.srs, 200, nested) == .notUnderstood(.answerNotUnderstood))
        #expect(answer(.srs, 200, nil) == .notUnderstood(.answerTooLong))
    }

    @Test(
        "4xx denies in every form, whatever it carries and however long that is",
        arguments: [ServerConfiguration.HookFormat.swiftwater, .nginxRTMP, .srs], [400, 402, 410, 422, 429, 499])
    func refusals(format: ServerConfiguration.HookFormat, status: Int) {
        for body in [nil, "", "<html>", #"{"allow": true}"#, "0"] as [String?] {
            #expect(answer(format, status, body) == .deny(nil))
        }
    }

    @Test("in our own form, the body of any refusal may tell the reason")
    func reasons() {
        #expect(answer(.swiftwater, 402, #"{"reason": "pay first"}"#) == .deny("pay first"))
        #expect(answer(.swiftwater, 403, nil) == .deny(nil))
        #expect(answer(.srs, 403, nil) == .deny(nil))
    }

    @Test(
        "nginx-rtmp's: 2xx, 3xx with a name, 4xx",
        arguments: [
            (200, nil, HookAnswer.allow), (201, nil, .allow), (302, nil, .allow), (302, "other", .rename("other")),
            (302, "/other", .rename("other")), (301, "http://back.example/a/other?x=1", .rename("other")),
            (302, "rtmp://elsewhere/live/x", .notUnderstood(.redirectElsewhere)),
            (302, "http://back.example", .notUnderstood(.redirectElsewhere)), (404, nil, .deny(nil)),
            (302, "/", .notUnderstood(.answerNotUnderstood)), (500, nil, .notUnderstood(.status(500))),
            (302, "http://", .notUnderstood(.redirectElsewhere)),
            (302, "http://?x", .notUnderstood(.redirectElsewhere)),
            (302, "http://#x", .notUnderstood(.redirectElsewhere)),
            (302, "https://", .notUnderstood(.redirectElsewhere)),
            (302, "http://b", .notUnderstood(.redirectElsewhere)), (302, "HTTP://b/other", .rename("other")),
            (302, "HTTPS://b/other", .rename("other")), (302, "", .notUnderstood(.answerNotUnderstood)),
        ])
    func nginx(status: Int, location: String?, expected: HookAnswer) {
        #expect(answer(.nginxRTMP, status, location: location) == expected)
    }

    @Test(
        "SRS's: 200 and code 0",
        arguments: [
            (200, "0", HookAnswer.allow), (200, " 0\n", .allow), (200, #"{"code":0,"data":null}"#, .allow),
            (200, "1", .deny(nil)), (200, #"{"code": 1, "msg": "no"}"#, .deny("no")), (403, "0", .deny(nil)),
            (200, "", .notUnderstood(.answerNotUnderstood)), (200, "ok", .notUnderstood(.answerNotUnderstood)),
            (502, "0", .notUnderstood(.status(502))), (204, "", .notUnderstood(.status(204))),
        ])
    func srs(status: Int, body: String, expected: HookAnswer) {
        #expect(answer(.srs, status, body) == expected)
    }

    @Test("a reason reaches a client on one line, and not for ever")
    func reason() {
        #expect(HookAnswer.reason("no\r\nmore\u{7F}") == "no more ")
        #expect(HookAnswer.reason(String(repeating: "a", count: 5_000)).count == 200)
        #expect(HookAnswer.reason(nil) == HookAnswer.reason("  "))
        #expect(!HookAnswer.reason(nil).isEmpty)
    }
}
