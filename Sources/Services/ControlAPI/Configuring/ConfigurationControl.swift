public import Catalogue
public import ConfigurationReading

/// Who has the configuration in hand: shows it, changes it, and reads it again, each as a whole or not at all.
public protocol ConfigurationControl: Sendable {
    /// What holds, and why.
    func state() async -> ConfigurationState

    /// Changes settings.
    ///
    /// - Parameters:
    ///   - values: by key, in YAML on one line; `nil` takes back what was changed earlier.
    ///   - isTrial: whether it is only to be told what would change.
    ///   - author: who wants it, for log and catalogue.
    /// - Returns: what changes.
    func change(
        _ values: [String: String?], isTrial: Bool, by author: String
    ) async throws(ConfigurationRefusal) -> [ConfigurationDifference]

    /// Reads file and certificates again.
    ///
    /// - Returns: what changes.
    func reload(by author: String) async throws(ConfigurationRefusal) -> [ConfigurationDifference]
}

/// Why a configuration does not come into force; nothing has changed then.
public enum ConfigurationRefusal: Error, Equatable, Sendable {
    /// It has faults.
    case faulty(ConfigurationFaults)
    /// A port or a certificate cannot be had, in words.
    case impossible(String)
    /// It cannot be kept, for the data folder cannot be used.
    case notKept
}

/// The configuration, and where it comes from.
public struct ConfigurationState: Sendable {
    /// What holds.
    public var report: ConfigurationReport
    /// What would hold without the API's changes.
    public var unchanged: ConfigurationReport
    /// The API's changes.
    public var changes: [StoredChange]
    /// What is wrong with those that were left out.
    public var leftOut: [ConfigurationFault]
    /// What the server goes by until it is started anew, by key.
    public var untilRestart: [String: String]

    /// Gathers it.
    public init(
        report: ConfigurationReport, unchanged: ConfigurationReport, changes: [StoredChange],
        leftOut: [ConfigurationFault], untilRestart: [String: String]
    ) {
        self.report = report
        self.unchanged = unchanged
        self.changes = changes
        self.leftOut = leftOut
        self.untilRestart = untilRestart
    }
}
