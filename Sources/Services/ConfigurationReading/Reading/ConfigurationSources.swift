/// What a configuration is made of besides what the API changed: the file as it was read, the environment and the flags.
public struct ConfigurationSources: Sendable, Equatable {
    /// The file's name, where there is one.
    public let fileName: String?
    /// The file's bytes.
    let document: [UInt8]?
    /// Variables; what does not begin with `SWIFTWATER_` is left alone.
    let environment: [String: String]
    /// What the command line gives to keys.
    let flags: [ConfigurationFlag]

    /// Reads the file.
    ///
    /// - Parameters:
    ///   - file: the YAML file; `nil` for the one that `SWIFTWATER_CONFIG` names, if it names one.
    ///   - environment: the process's environment.
    ///   - flags: what the command line gives to keys.
    /// - Throws: why the file cannot be read; what is wrong in it shows when a report is made of it.
    public init(
        file: String? = nil, environment: [String: String] = [:], flags: [ConfigurationFlag] = []
    ) throws(ConfigurationFaults) {
        let named = environment[EnvironmentName.file].flatMap { $0.isEmpty ? nil : $0 }
        guard let name = file ?? named else {
            self.init(document: nil, of: nil, environment: environment, flags: flags)
            return
        }
        do throws(FileFault) {
            let bytes = try BoundedFile.read(name, limitBytes: YAMLLimits.bytes)
            self.init(document: bytes, of: name, environment: environment, flags: flags)
        } catch {
            throw ConfigurationFaults(faults: [ConfigurationFault(error.problem, at: .file(name, line: 0))])
        }
    }

    init(document: [UInt8]?, of name: String?, environment: [String: String] = [:], flags: [ConfigurationFlag] = []) {
        fileName = name
        self.document = document
        self.environment = environment
        self.flags = flags
    }
}
