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

    /// Loads a configuration: flags win over the environment, that over the file, and that over the defaults.
    ///
    /// - Parameters:
    ///   - file: the YAML file; `nil` for the one that `SWIFTWATER_CONFIG` names, if it names one.
    ///   - environment: the process's environment; what does not begin with `SWIFTWATER_` is left alone.
    ///   - flags: what the command line gives to keys.
    /// - Throws: all faults at once.
    public init(
        file: String? = nil, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
    ) throws(ConfigurationFaults) {
        let named = environment[EnvironmentName.file].flatMap { $0.isEmpty ? nil : $0 }
        guard let name = file ?? named else {
            try self.init(document: nil, of: "", environment: environment, flags: flags)
            return
        }
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try BoundedFile.read(name, limitBytes: YAMLLimits.bytes)
        } catch {
            let fault = ConfigurationFault(error.problem, at: .file(name, line: 0))
            throw ConfigurationFaults(faults: [fault])
        }
        try self.init(document: bytes, of: name, environment: environment, flags: flags)
    }

    /// Loads a configuration out of the bytes of the file `name`.
    init(
        document: [UInt8]?, of name: String, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
    ) throws(ConfigurationFaults) {
        var layers = ConfigurationLayers()
        do throws(YAMLFault) {
            if let document, let root = try YAMLReader.read(document) { layers.add(root, ofFile: name) }
        } catch {
            layers.refuse(error.problem, at: .file(name, line: error.line))
        }
        layers.add(environment: environment)
        layers.add(flags: flags)

        var reading = LayersReading(folder: Self.folder(of: name))
        (configuration, settings) = reading.read(layers)
        let faults = layers.faults + reading.faults
        guard faults.isEmpty else { throw ConfigurationFaults(faults: faults.inOrder) }
    }

    private static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "" }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}

extension ServerConfiguration {
    /// Loads a configuration: flags win over the environment, that over the file, and that over the defaults.
    ///
    /// - Parameters:
    ///   - file: the YAML file; `nil` for the one that `SWIFTWATER_CONFIG` names, if it names one.
    ///   - environment: the process's environment; what does not begin with `SWIFTWATER_` is left alone.
    ///   - flags: what the command line gives to keys.
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
