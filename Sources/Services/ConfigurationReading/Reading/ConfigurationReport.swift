/// A loaded configuration, and where each of its values came from.
public struct ConfigurationReport: Sendable, Equatable {
    /// One key and its value.
    public struct Setting: Sendable, Equatable {
        /// The key, such as `rtmp.listen`.
        public let key: String
        /// The value as an operator writes it; secrets are `…`.
        public let value: String
        /// Who said so.
        public let origin: ConfigurationOrigin
    }

    /// The configuration.
    public let configuration: ServerConfiguration
    /// Every key, in the order of the reference page; applications by name, `apps.*` before them.
    public let settings: [Setting]

    /// Loads a configuration: flags win over the environment, that over what the API changed, that over the file, and that
    /// over the defaults.
    ///
    /// - Parameters:
    ///   - sources: the file, the environment and the flags.
    ///   - changes: what the API changed.
    /// - Throws: all faults at once.
    public init(_ sources: ConfigurationSources, changes: [ConfigurationChange] = []) throws(ConfigurationFaults) {
        var layers = ConfigurationLayers()
        let name = sources.fileName ?? ""
        do throws(YAMLFault) {
            if let document = sources.document, let root = try YAMLReader.read(document) {
                layers.add(root, ofFile: name)
            }
        } catch {
            layers.refuse(error, at: .file(name, line: error.line), within: "")
        }
        layers.add(changes: changes)
        layers.add(environment: sources.environment)
        layers.add(flags: sources.flags)

        var reading = LayersReading(folder: Self.folder(of: name))
        (configuration, settings) = reading.read(layers)
        let faults = layers.faults + reading.faults
        guard faults.isEmpty else { throw ConfigurationFaults(faults: faults.inOrder) }
    }

    /// Loads a configuration out of file, environment and flags; see `ConfigurationSources`.
    public init(
        file: String? = nil, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
    ) throws(ConfigurationFaults) {
        try self.init(ConfigurationSources(file: file, environment: environment, flags: flags))
    }

    private static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "" }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}

extension ServerConfiguration {
    /// Loads a configuration out of file, environment and flags; see `ConfigurationSources`.
    ///
    /// - Throws: all faults at once.
    public static func load(
        file: String? = nil, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
    ) throws(ConfigurationFaults) -> ServerConfiguration {
        try ConfigurationReport(file: file, environment: environment, flags: flags).configuration
    }
}

extension [ConfigurationFault] {
    /// The faults of the file by line, then the others as they were found.
    fileprivate var inOrder: [ConfigurationFault] {
        let lines = map { fault in
            if case .file(_, let line) = fault.origin { line } else { Int.max }
        }
        return indices.sorted { (lines[$0], $0) < (lines[$1], $1) }.map { self[$0] }
    }
}
