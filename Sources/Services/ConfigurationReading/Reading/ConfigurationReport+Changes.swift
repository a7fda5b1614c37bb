extension ConfigurationReport {
    /// Loads a configuration and leaves out changes of the API that cannot be read, as after an upgrade that knows other
    /// keys: they are not to keep a server from starting.
    ///
    /// - Returns: the report, and what is wrong with the changes that were left out.
    /// - Throws: what is wrong with file, environment and flags.
    public static func leavingOutFaultyChanges(
        _ sources: ConfigurationSources, changes: [ConfigurationChange]
    ) throws(ConfigurationFaults) -> (report: ConfigurationReport, leftOut: [ConfigurationFault]) {
        var rest = changes
        var leftOut: [ConfigurationFault] = []
        while !rest.isEmpty {
            do throws(ConfigurationFaults) {
                return (try ConfigurationReport(sources, changes: rest), leftOut)
            } catch {
                // Values that are right each by itself and wrong together are laid to one of them, which may be the file's.
                let keys = Set(error.faults.compactMap(\.origin.changedKey))
                guard !keys.isEmpty else { break }
                leftOut += error.faults.filter { $0.origin.changedKey != nil }
                rest.removeAll { keys.contains($0.key) }
            }
        }
        let report = try ConfigurationReport(sources)
        // What is left together is wrong together, and nobody can say which of them.
        let together = rest.map { ConfigurationFault(.notTogether, at: .api(key: $0.key), key: $0.key) }
        return (report, leftOut + together)
    }

    /// The faults of changes that somebody else overrides: they would do nothing.
    public func overridden(_ changes: [ConfigurationChange]) -> [ConfigurationFault] {
        let keys = Set(changes.map(\.key))
        return settings.compactMap { setting in
            guard keys.contains(setting.key), setting.origin != .api(key: setting.key) else { return nil }
            return ConfigurationFault(
                .overridden(by: setting.origin.description), at: .api(key: setting.key), key: setting.key)
        }
    }
}

extension ConfigurationOrigin {
    /// The key that the API changed, where it was the API.
    public var changedKey: String? {
        guard case .api(let key) = self else { return nil }
        return key
    }
}
