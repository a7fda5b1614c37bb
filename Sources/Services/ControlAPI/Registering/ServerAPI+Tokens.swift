import Authorization
import Catalogue
import EndpointCore
import Logging

extension ServerAPI {
    /// What can be asked of tokens and of the keys that sign, and done with them.
    var tokenOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/tokens", role: .admin) { request throws(APIProblem) in
                try await self.listTokens(request)
            },
            APIOperation(method: "POST", pattern: "/tokens", role: .admin) { request throws(APIProblem) in
                try await self.addToken(request)
            },
            APIOperation(method: "DELETE", pattern: "/tokens/{id}", role: .admin) { request throws(APIProblem) in
                try await self.removeToken(request)
            },
            APIOperation(method: "POST", pattern: "/signing-keys", role: .admin) { request throws(APIProblem) in
                try await self.addSigningKey(request)
            },
        ]
    }

    private func listTokens(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("limit", "after")
        try Self.demandEverything(request.grant)
        let limit = try request.number("limit", 1...PageRequest.mostEntries, default: 100)
        let after = try request.number("after", 0...Int.max, default: 0)
        let storage = try await storage()
        let page = try await APIProblem.explaining {
            try await storage.tokens(PageRequest(cursor: Int64(after), limit: limit))
        }
        return .json(
            JSONWriter.object { writer in
                writer.member("tokens", of: page.entries) { writer, token in
                    writer.object { TokenAnswer(token: token).write(to: &$0) }
                }
                writer.member("next", page.next.map { "\($0)" })
            })
    }

    private func addToken(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        try Self.demandEverything(request.grant)
        let body = try JSONBody(request.head, known: ["label", "role", "applications", "expiresAt"])
        guard let label = try body.text("label") else { throw .badRequest("label is missing: whose token it is") }
        guard let role = try APIToken.Role(rawValue: body.text("role") ?? "") else {
            throw .badRequest("role is one of \(APIToken.Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let applications = try body.texts("applications")
        guard applications.map({ (1...64).contains($0.count) }) ?? true else {
            throw .badRequest("applications is a list of 1 to 64 names; leave it out for all")
        }
        let expiry = try body.future("expiresAt")
        let storage = try await storage()
        let (token, secret) = try await APIProblem.explaining {
            try await TokenRegistrar(storage).issueToken(
                label: label, role: role, applications: applications.map { Set($0) }, expiresAt: expiry)
        }
        logger.notice(
            "token made",
            metadata: ["token.id": "\(token.id)", "role": "\(role.rawValue)", "by": "\(request.grant.name)"])
        return .json(JSONWriter.object { TokenAnswer(token: token, secret: secret).write(to: &$0) }, status: 201)
    }

    private func removeToken(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        try Self.demandEverything(request.grant)
        let storage = try await storage()
        let id = request.parameters["id"] ?? ""
        guard try await APIProblem.explaining({ try await storage.removeToken(id) }) else {
            throw .notFound("there is no such token; GET /tokens lists them")
        }
        events.end(listenersBy: id)
        logger.notice("token deleted", metadata: ["token.id": "\(id)", "by": "\(request.grant.name)"])
        return .done
    }

    private func addSigningKey(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        try Self.demandEverything(request.grant)
        let body = try JSONBody(request.head, known: ["removeOthers"], isOptional: true)
        let removesOthers = try body.flag("removeOthers") ?? false
        let storage = try await storage()
        let key = try await APIProblem.explaining { try await storage.addSigningKey(removingOthers: removesOthers) }
        await registrations?.keysChanged()
        logger.notice("signing key made", metadata: ["key.id": "\(key.id)", "by": "\(request.grant.name)"])
        return .json(JSONWriter.object { $0.member("id", key.id) }, status: 201)
    }

    /// Tokens and the configuration are for all applications: who may touch some only could otherwise get at the rest.
    static func demandEverything(_ grant: APIGrant) throws(APIProblem) {
        guard grant.applications == nil else { throw .forbidden("your token is for some applications only") }
    }
}
