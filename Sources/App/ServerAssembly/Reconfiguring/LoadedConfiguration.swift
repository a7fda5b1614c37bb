import Catalogue
public import ConfigurationReading

/// A configuration as a server begins with it: what file, environment and flags say, and what the API changed since.
public struct LoadedConfiguration: Sendable {
    /// What holds, and where it comes from.
    public let report: ConfigurationReport
    /// File, environment and flags, as they were read.
    let sources: ConfigurationSources
    /// What the API changed.
    let changes: [StoredChange]
    /// What is wrong with changes that are left out.
    public let leftOut: [ConfigurationFault]
    /// Why the changes cannot be read at all.
    public let unreadable: String?
    /// Reads file, environment and flags again.
    let read: @Sendable () throws(ConfigurationFaults) -> ConfigurationSources

    /// Loads it: what the API changed is in the data folder that file, environment and flags name.
    ///
    /// - Parameter read: reads file, environment and flags, now and at each reload.
    /// - Throws: what is wrong with those; changes that cannot be read are left out.
    public init(
        reading read: @escaping @Sendable () throws(ConfigurationFaults) -> ConfigurationSources
    ) throws(ConfigurationFaults) {
        self.read = read
        sources = try read()
        let folder = try ConfigurationReport(sources).configuration.data
        do {
            changes = try SQLiteCatalogue.configurationChanges(inFolder: folder)
            unreadable = nil
        } catch {
            changes = []
            unreadable = "\(error)"
        }
        (report, leftOut) = try ConfigurationReport.leavingOutFaultyChanges(
            sources, changes: changes.map(ConfigurationChange.init))
    }

    /// What holds.
    public var configuration: ServerConfiguration { report.configuration }
}

extension ConfigurationChange {
    init(_ change: StoredChange) {
        self.init(key: change.key, value: change.value)
    }
}
