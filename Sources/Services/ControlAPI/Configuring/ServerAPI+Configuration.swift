import Catalogue
import ConfigurationReading
import EndpointCore
import NIOCore

extension ServerAPI {
    /// What can be asked of the configuration, and done to it.
    var configurationOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/configuration", role: .viewer) { request throws(APIProblem) in
                try await self.showConfiguration(request)
            },
            APIOperation(method: "PATCH", pattern: "/configuration", role: .admin) { request throws(APIProblem) in
                try await self.changeConfiguration(request)
            },
            APIOperation(method: "GET", pattern: "/configuration/diff", role: .viewer) { request throws(APIProblem) in
                try await self.showChanges(request)
            },
            APIOperation(method: "GET", pattern: "/configuration/export", role: .viewer) {
                request throws(APIProblem) in
                try await self.exportConfiguration(request)
            },
            APIOperation(method: "POST", pattern: "/configuration/reload", role: .admin) {
                request throws(APIProblem) in
                try request.allowQuery()
                try Self.demandEverything(request.grant)
                let control = try self.configurationControl()
                let author = request.grant.name
                do throws(ConfigurationRefusal) {
                    return Self.answer(try await control.reload(by: author))
                } catch {
                    throw APIProblem(error)
                }
            },
        ]
    }

    private func configurationControl() throws(APIProblem) -> any ConfigurationControl {
        guard let configuration else { throw .unavailable("this server has no configuration to show") }
        return configuration
    }

    // MARK: Looking

    private func showConfiguration(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let state = try await configurationControl().state()
        let settings = state.report.settings.filter { request.grant.covers(setting: $0.key) }
        return .json(
            JSONWriter.object(capacity: 768 * (settings.count + 1)) { writer in
                writer.member("settings", of: settings) { writer, setting in
                    let answer = SettingAnswer(setting: setting, inForce: state.untilRestart[setting.key])
                    writer.object { answer.write(to: &$0) }
                }
            })
    }

    private func showChanges(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let state = try await configurationControl().state()
        let changes = state.changes.filter { request.grant.covers(setting: $0.key) }
        return .json(
            JSONWriter.object(capacity: 512 * (changes.count + 1)) { writer in
                writer.member("changes", of: changes) { writer, change in
                    let answer = ChangeAnswer(change: change, state: state)
                    writer.object { answer.write(to: &$0) }
                }
            })
    }

    private func exportConfiguration(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        try Self.demandEverything(request.grant)
        let state = try await configurationControl().state()
        return HTTPRoute.Answer(
            mediaType: "application/yaml",
            headers: [
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": "attachment; filename=\"swiftwater.yaml\"",
            ], body: ByteBuffer(string: state.report.configuration.exported))
    }

    // MARK: Changing

    private func changeConfiguration(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("dry-run")
        try Self.demandEverything(request.grant)
        let isTrial = try request.word("dry-run", Truth.self) == .true
        let values = try SettingValues(request.head).values
        let control = try configurationControl()
        let author = request.grant.name
        do throws(ConfigurationRefusal) {
            return Self.answer(try await control.change(values, isTrial: isTrial, by: author))
        } catch {
            throw APIProblem(error)
        }
    }

    private enum Truth: String, CaseIterable {
        case `true`
        case `false`
    }

    private static func answer(_ differences: [ConfigurationDifference]) -> HTTPRoute.Answer {
        .json(
            JSONWriter.object(capacity: 256 * (differences.count + 1)) { writer in
                writer.member("changes", of: differences) { writer, difference in
                    writer.object { writer in
                        writer.member("key", difference.key)
                        writer.member("old", difference.old)
                        writer.member("new", difference.new)
                        writer.member("applies", difference.effect.rawValue)
                    }
                }
            })
    }
}

extension APIGrant {
    /// Whether it covers a setting: those of the server are for who may see all applications.
    fileprivate func covers(setting key: String) -> Bool {
        guard let applications else { return true }
        return ConfigurationReport.application(of: key).map(applications.contains) ?? false
    }
}

extension APIProblem {
    /// Why the configuration is as it was.
    fileprivate init(_ refusal: ConfigurationRefusal) {
        switch refusal {
        case .faulty(let faults):
            let isRequest = faults.faults.allSatisfy { $0.origin.changedKey != nil }
            let detail = "nothing was changed: \(faults.faults.map(\.described).joined(separator: "; "))"
            self = isRequest ? .badRequest(detail) : .conflict(detail)
            errors = faults.faults.map { fault in
                Part(
                    key: fault.key, detail: fault.problem.description, suggestion: fault.suggestion,
                    place: fault.origin.changedKey == nil ? fault.origin.description : nil)
            }
        case .impossible(let reason): self = .conflict("nothing was changed: \(reason)")
        case .notKept:
            self = .unavailable("nothing was changed, for it could not be kept: the server's log says why")
        }
    }
}

extension ConfigurationFault {
    /// Its description, without the origin where that is the request.
    fileprivate var described: String {
        let text = description
        return origin.changedKey == nil ? text : String(text.dropFirst("\(origin): ".count))
    }
}
