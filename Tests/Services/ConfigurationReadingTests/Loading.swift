@testable import ConfigurationReading

/// Loads a configuration out of a text, as if it stood in the file `c.yaml`.
func load(
    _ yaml: String, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
) throws(ConfigurationFaults) -> ConfigurationReport {
    try ConfigurationReport(sources(yaml, environment: environment, flags: flags))
}

/// The same text before it is read.
func sources(
    _ yaml: String, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
) -> ConfigurationSources {
    ConfigurationSources(document: Array(yaml.utf8), of: "c.yaml", environment: environment, flags: flags)
}

/// The lines that `config check` prints for a text.
func faults(
    in yaml: String, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
) -> [String] {
    do throws(ConfigurationFaults) {
        _ = try load(yaml, environment: environment, flags: flags)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}
