import EndpointCore
import MediaModel
import StreamHealth
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Our own form: one JSON object, whose members without a value are missing.
struct SwiftwaterForm {
    /// How the server is called.
    let server: String

    /// A notice.
    func message(_ notice: HookNotice) -> HookMessage? {
        var body = Body(event: notice.name, id: notice.id, time: UTCTime(notice.time).text, server: server)
        body.app = notice.application
        body.stream = notice.path?.description
        body.session = notice.client?.session
        body.client = notice.client.map(Client.init)
        switch notice.kind {
        case .publishEnd(let carried), .playEnd(let carried): body.carried = Carried(carried)
        case .findingRaised(let finding), .findingCleared(let finding): body.finding = Finding(finding)
        case .record(let file), .recordEnd(let file), .recordFailed(let file): body.recording = Recording(file)
        case .hookFailed(let failure): body.hook = Failure(failure)
        case .connect, .disconnect, .publish, .play, .test: break
        }
        return HookMessage(json: body, event: body.event, id: body.id)
    }

    /// A question.
    func message(_ question: HookQuestion, id: String = ChanceText.id("evt"), time: Date = Date()) -> HookMessage? {
        var body = Body(
            event: "admission.\(question.act.rawValue)", id: id, time: UTCTime(time).text, server: server)
        body.app = question.path.application
        body.stream = question.path.description
        body.session = question.client.session
        body.client = Client(question.client)
        if question.showsQuery {
            // The first of several wins, as with the server's own parameters.
            body.query = Dictionary(question.query.map { ($0.name, $0.value) }) { first, _ in first }
        }
        return HookMessage(json: body, event: body.event, id: body.id)
    }

    /// The question whether a session may go on.
    func message(_ update: HookUpdate, id: String = ChanceText.id("evt"), time: Date = Date()) -> HookMessage? {
        var body = Body(event: "admission.update", id: id, time: UTCTime(time).text, server: server)
        body.app = update.path.application
        body.stream = update.path.description
        body.session = update.client.session
        body.client = Client(update.client)
        body.role = update.act == .publish ? "publisher" : "player"
        body.carried = Carried(update.carried)
        if update.showsQuery {
            body.query = Dictionary(update.query.map { ($0.name, $0.value) }) { first, _ in first }
        }
        return HookMessage(json: body, event: body.event, id: body.id)
    }
}

extension SwiftwaterForm {
    fileprivate struct Body: Encodable {
        var event: String
        var id: String
        var time: String
        var server: String
        var app: String?
        var stream: String?
        var session: String?
        var client: Client?
        var role: String?
        var query: [String: String]?
        var carried: Carried?
        var finding: Finding?
        var hook: Failure?
        var recording: Recording?
    }

    fileprivate struct Client: Encodable {
        let address: String
        let port: Int?
        let transport: String
        let agent: String?

        init(_ facts: ClientFacts) {
            address = facts.address
            port = facts.port
            transport = facts.transport
            agent = facts.agent.isEmpty ? nil : facts.agent
        }
    }

    fileprivate struct Carried: Encodable {
        let seconds: Double
        let bytesReceived: Int
        let bytesSent: Int

        init(_ carried: HookNotice.Carried) {
            seconds = carried.seconds.isFinite ? (carried.seconds * 1_000).rounded() / 1_000 : 0
            bytesReceived = carried.bytesReceived
            bytesSent = carried.bytesSent
        }
    }

    fileprivate struct Recording: Encodable {
        let id: String
        let file: String
        let path: String
        let format: String
        let reason: String?
        let seconds: Double?
        let bytes: Int?
        let lostFrames: Int?

        init(_ recorded: HookNotice.RecordedFile) {
            id = recorded.id
            file = recorded.file
            path = recorded.path
            format = recorded.format
            reason = recorded.outcome?.reason
            seconds = recorded.outcome.map { $0.seconds.isFinite ? ($0.seconds * 1_000).rounded() / 1_000 : 0 }
            bytes = recorded.outcome?.bytes
            lostFrames = recorded.outcome?.lostFrames
        }
    }

    fileprivate struct Finding: Encodable {
        let rule: String
        let severity: String
        let track: String?
        let text: String
        let remedy: String

        init(_ finding: HealthFinding) {
            rule = finding.rule.rawValue
            severity = finding.rule.severity.rawValue
            track = finding.track.map { "\($0.kind.rawValue) \($0.number)" }
            text = finding.text
            remedy = finding.rule.remedy
        }
    }

    fileprivate struct Failure: Encodable {
        let duty: String
        let name: String
        let reason: String
        let dropped: Int?

        init(_ failure: HookFailure) {
            duty = failure.duty.rawValue
            name = failure.hook
            reason = failure.reason
            dropped = failure.dropped > 0 ? failure.dropped : nil
        }
    }
}
