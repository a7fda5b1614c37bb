import ConfigurationReading
import EndpointCore
import MediaModel

@testable import Webhooks

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A client, a moment and a stream that the tests speak of.
enum Samples {
    static let path = StreamPath.show
    static let time = Date(timeIntervalSince1970: 1_790_000_000.25)

    static var encoder: ClientFacts {
        var facts = ClientFacts(
            session: "run-7", transport: "rtmp", address: "192.0.2.7", port: 51_000, agent: "FMLE/3.0 (compatible)")
        facts.tcURL = "rtmp://in.example/live?key=hush"
        facts.pageURL = "http://page.example/a?token=hush"
        return facts
    }

    static func notice(_ kind: HookNotice.Kind, path: StreamPath? = path) -> HookNotice {
        HookNotice(kind, id: "evt_1", time: time, application: "live", path: path, client: encoder)
    }

    static func question(
        _ act: HookQuestion.Act, query: [(name: String, value: String)] = [], showsQuery: Bool = false
    ) -> HookQuestion {
        HookQuestion(act: act, path: path, client: encoder, query: query, showsQuery: showsQuery)
    }

    static func url(_ text: String = "http://hook.example/in") -> HookURL {
        guard let url = HookURL(text) else { preconditionFailure("the test's own URL") }
        return url
    }
}

extension StreamPath {
    static let show: StreamPath = {
        guard let path = try? StreamPath("live/show") else { preconditionFailure("the test's own path") }
        return path
    }()
}

extension HookMessage {
    var text: String { String(decoding: body, as: UTF8.self) }
}
