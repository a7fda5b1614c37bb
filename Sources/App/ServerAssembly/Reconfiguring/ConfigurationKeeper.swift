import Catalogue
import ConfigurationReading
import ControlAPI
import EndpointCore
import Logging
import NIOConcurrencyHelpers
import TransportSecurity

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Has the configuration of a running server in hand: every change is read and checked as a whole, comes into force as a
/// whole, and is told in the log and the events; or nothing happens.
actor ConfigurationKeeper: ConfigurationControl {
    /// Brings a configuration into force, and tells which certificates have changed.
    typealias Enforcement = @Sendable (ServerConfiguration) async throws -> ConfigurationDifference?

    private var sources: ConfigurationSources
    private var report: ConfigurationReport
    private var changes: [StoredChange]
    private var leftOut: [ConfigurationFault]
    private let read: @Sendable () throws(ConfigurationFaults) -> ConfigurationSources
    /// What the server was started with.
    private let first: ServerConfiguration

    private let catalogue: CatalogueDoor
    private let events: EventFeed
    private let logger: Logger
    private let enforce: Enforcement
    /// The change before: one at a time.
    private var latest: Task<Void, Never>?

    init(
        _ loaded: LoadedConfiguration, catalogue: CatalogueDoor, events: EventFeed, logger: Logger,
        enforce: @escaping Enforcement
    ) {
        sources = loaded.sources
        report = loaded.report
        changes = loaded.changes
        leftOut = loaded.leftOut
        read = loaded.read
        first = loaded.report.configuration
        self.catalogue = catalogue
        self.events = events
        self.logger = logger
        self.enforce = enforce
    }

    // MARK: Showing

    func state() -> ConfigurationState {
        let waiting = report.configuration.differences(from: first).filter { $0.effect == .restart }
        return ConfigurationState(
            report: report, unchanged: (try? ConfigurationReport(sources)) ?? report, changes: changes,
            leftOut: leftOut,
            untilRestart: Dictionary(waiting.map { ($0.key, $0.old) }) { first, _ in first })
    }

    // MARK: Changing

    func reload(by author: String) async throws(ConfigurationRefusal) -> [ConfigurationDifference] {
        try await oneAtATime { keeper async throws(ConfigurationRefusal) in
            do throws(ConfigurationRefusal) {
                return try await keeper.readAgain(by: author)
            } catch {
                keeper.tell(of: error)
                throw error
            }
        }
    }

    func change(
        _ values: [String: String?], isTrial: Bool, by author: String
    ) async throws(ConfigurationRefusal) -> [ConfigurationDifference] {
        try await oneAtATime { keeper async throws(ConfigurationRefusal) in
            try await keeper.apply(values, isTrial: isTrial, by: author)
        }
    }

    private func readAgain(by author: String) async throws(ConfigurationRefusal) -> [ConfigurationDifference] {
        let sources: ConfigurationSources
        let report: ConfigurationReport
        let leftOut: [ConfigurationFault]
        do throws(ConfigurationFaults) {
            sources = try read()
            (report, leftOut) = try ConfigurationReport.leavingOutFaultyChanges(
                sources, changes: changes.map(ConfigurationChange.init))
            // A change that held till now is not dropped in passing.
            let dropped = leftOut.filter { fault in !self.leftOut.contains { $0.origin == fault.origin } }
            guard dropped.isEmpty else { throw ConfigurationFaults(faults: dropped) }
        } catch {
            throw .faulty(error)
        }
        let differences = try await bringIntoForce(report)
        (self.sources, self.report, self.leftOut) = (sources, report, leftOut)
        announce(differences, by: author)
        logger.notice("configuration reloaded", metadata: ["changes": "\(differences.count)", "by": "\(author)"])
        return differences
    }

    private func apply(
        _ values: [String: String?], isTrial: Bool, by author: String
    ) async throws(ConfigurationRefusal) -> [ConfigurationDifference] {
        let now = Date()
        let new = values.compactMap { key, value in
            value.map { StoredChange(key: key, value: $0, author: author, changedAt: now) }
        }
        let changes = (self.changes.filter { values[$0.key] == nil } + new).sorted { $0.key < $1.key }
        let leftOut = leftOut.filter { fault in fault.origin.changedKey.map { values[$0] == nil } ?? false }
        let faulty = Set(leftOut.compactMap(\.origin.changedKey))
        let report: ConfigurationReport
        do throws(ConfigurationFaults) {
            let unknown = values.filter { key, value in
                value == nil && SettingDescription(of: key) == nil && !self.changes.contains { $0.key == key }
            }
            // What is to be taken back is held to be known as what is set.
            let asked = unknown.keys.sorted().map { ConfigurationChange(key: $0, value: "") }
            let held = changes.filter { !faulty.contains($0.key) }.map(ConfigurationChange.init)
            report = try ConfigurationReport(sources, changes: held + asked)
            let overridden = report.overridden(new.map(ConfigurationChange.init))
            guard overridden.isEmpty else { throw ConfigurationFaults(faults: overridden) }
        } catch {
            throw .faulty(error)
        }
        guard !isTrial else { return report.configuration.differences(from: self.report.configuration) }
        guard let storage = await catalogue.storage() else { throw .notKept }
        let differences = try await bringIntoForce(report)
        do {
            let kept = Dictionary(new.map { ($0.key, $0.value) }) { first, _ in first }
            let forgotten = values.filter { $0.value == nil }.map(\.key)
            try await storage.keep(configurationChanges: kept, forgetting: forgotten, by: author)
        } catch {
            logger.error("changes of the configuration cannot be kept", metadata: ["reason": "\(error)"])
            // What is lost at the next start must not hold until then.
            _ = try? await enforce(self.report.configuration)
            throw .notKept
        }
        (self.report, self.changes, self.leftOut) = (report, changes, leftOut)
        announce(differences, by: author)
        return differences
    }

    private func bringIntoForce(
        _ report: ConfigurationReport
    ) async throws(ConfigurationRefusal) -> [ConfigurationDifference] {
        var differences = report.configuration.differences(from: self.report.configuration)
        do {
            let renewed = try await enforce(report.configuration)
            if let renewed, !differences.contains(where: { $0.key == renewed.key }) { differences.append(renewed) }
            return differences
        } catch let failure as ListenFailure {
            throw .impossible("\(failure)")
        } catch let fault as CertificateFault {
            throw .impossible("\(fault)")
        } catch {
            throw .impossible("the server is about to stop")
        }
    }

    /// Waits for the change before.
    ///
    /// In a task of its own: what was begun comes to its end though whoever wanted it is gone.
    private func oneAtATime<Value: Sendable>(
        _ body: @escaping @Sendable (isolated ConfigurationKeeper) async throws(ConfigurationRefusal) -> Value
    ) async throws(ConfigurationRefusal) -> Value {
        let before = latest
        let task = Task { () async -> Result<Value, ConfigurationRefusal> in
            await before?.value
            do throws(ConfigurationRefusal) {
                return .success(try await body(self))
            } catch {
                return .failure(error)
            }
        }
        latest = Task { _ = await task.value }
        return try await task.value.get()
    }

    // MARK: Telling

    /// Says what the first reading left out, which nobody asked for.
    nonisolated static func tellFaults(of loaded: LoadedConfiguration, to logger: Logger) {
        if let reason = loaded.unreadable {
            logger.error(
                "what the API changed of the configuration does not hold: it cannot be read",
                metadata: ["folder": "\(loaded.configuration.data)", "reason": "\(reason)"])
        }
        for fault in loaded.leftOut {
            logger.error(
                "a change by the API does not hold: it cannot be read", metadata: ["fault": "\(fault)"])
        }
    }

    private func announce(_ differences: [ConfigurationDifference], by author: String) {
        for difference in differences {
            logger.notice(
                "configuration changed",
                metadata: [
                    "key": "\(difference.key)", "old": "\(difference.old)", "new": "\(difference.new)",
                    "applies": "\(difference.effect.rawValue)", "by": "\(author)",
                ])
        }
        if !differences.isEmpty { events.configurationChanged(differences, by: author) }
    }

    private func tell(of refusal: ConfigurationRefusal) {
        let message: Logger.Message = "configuration not reloaded: nothing was changed"
        switch refusal {
        case .faulty(let faults):
            for fault in faults.faults { logger.error(message, metadata: ["fault": "\(fault)"]) }
        case .impossible(let reason): logger.error(message, metadata: ["fault": "\(reason)"])
        case .notKept: logger.error(message)
        }
    }
}
