import EndpointCore
import Logging
import TextCoding
import Webhooks

extension ServerAPI {
    /// What can be asked of webhooks, and done with them.
    var webhookOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/webhooks", role: .operator) { request throws(APIProblem) in
                try await self.listWebhooks(request)
            },
            APIOperation(method: "POST", pattern: "/webhooks/{id}/test", role: .operator) {
                request throws(APIProblem) in
                try await self.testWebhook(request)
            },
        ]
    }

    private func listWebhooks(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        try Self.demandEverything(request.grant)
        let states = await webhooks?.states() ?? []
        return .json(
            JSONWriter.object { writer in
                writer.member("webhooks", of: states) { writer, state in writer.object { state.write(to: &$0) } }
            })
    }

    private func testWebhook(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        try Self.demandEverything(request.grant)
        let name = request.parameters["id"] ?? ""
        guard let trial = await webhooks?.test(name) else {
            throw .notFound("there is no such webhook; \(Self.prefix)/webhooks lists those that there are")
        }
        logger.info("webhook tried", metadata: ["webhook": "\(name)", "by": "\(request.grant.name)"])
        return .json(
            JSONWriter.object { writer in
                writer.member("delivered", trial.isDelivered)
                writer.member("problem", trial.problem)
                writer.member("seconds", trial.seconds)
            })
    }
}

extension WebhookState {
    /// Writes what may be seen of it: neither the secret nor the query of the address.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("id", name)
        writer.member("url", url)
        writer.member("format", format)
        writer.member("events", of: events) { $0.string($1) }
        writer.member("signed", isSigned)
        writer.member("queued", queued)
        writer.member("queuedBytes", queuedBytes)
        writer.member("oldestAt", time: oldestAt.map { UTCTime($0) })
        writer.member("delivered", delivered)
        writer.member("failures", failures)
        writer.member("dropped", dropped)
        writer.member("latestTryAt", time: latestTryAt.map { UTCTime($0) })
        writer.member("problem", problem)
    }
}
