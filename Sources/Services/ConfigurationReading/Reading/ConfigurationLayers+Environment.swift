/// A value that a flag of the command line gives to a key.
public struct ConfigurationFlag: Sendable, Equatable {
    /// The flag as the user writes it, such as `--rtmp`.
    public let name: String
    /// The key that it sets, such as `rtmp.listen`.
    public let key: String
    /// The value, written as in the file.
    public let value: String

    /// Makes an assignment.
    public init(_ name: String, key: String, value: String) {
        self.name = name
        self.key = key
        self.value = value
    }
}

extension ConfigurationLayers {
    /// Adds the variables that begin with `SWIFTWATER_`; an empty one says nothing.
    mutating func add(environment: [String: String]) {
        let variables = environment.filter { name, value in
            name.hasPrefix(EnvironmentName.prefix) && name != EnvironmentName.file && !value.isEmpty
                && !EnvironmentName.isSetByKubernetes(name, value: value)
        }
        for (variable, value) in variables.sorted(by: { $0.key < $1.key }) {
            let origin = ConfigurationOrigin.environment(variable)
            if let key = ServerConfiguration.keys.keys.first(where: { EnvironmentName.of($0.name) == variable }) {
                guard let node = node(value, isText: key.isText, key: key.name, at: origin) else { continue }
                assign(key.name, Assignment(node: node, origin: origin))
            } else if let (key, application) = applicationKey(variable) {
                let full = "apps.\(application).\(key.name)"
                guard name(application: application, at: origin),
                    let node = node(value, isText: key.isText, key: full, at: origin)
                else { continue }
                assign(key.name, of: application, Assignment(node: node, origin: origin))
            } else if Self.isLater(variable) {
                refuse(.keyNotAvailable, at: origin)
            } else {
                let known = ServerConfiguration.keys.keys.map { EnvironmentName.of($0.name) } + [EnvironmentName.file]
                refuse(.unknownKey, at: origin, suggestion: Spelling.nearest(to: variable, among: known))
            }
        }
    }

    /// Adds flags.
    mutating func add(flags: [ConfigurationFlag]) {
        for flag in flags {
            let origin = ConfigurationOrigin.flag(flag.name)
            guard let key = ServerConfiguration.keys.key(flag.key) else {
                let isLater = ServerConfiguration.keys.isLater(flag.key)
                refuse(isLater ? .keyNotAvailable : .unknownKey, at: origin, key: flag.key)
                continue
            }
            guard let node = node(flag.value, isText: key.isText, key: key.name, at: origin) else { continue }
            assign(key.name, Assignment(node: node, origin: origin))
        }
    }

    /// The value of a variable or flag, which holds YAML where a key takes more than a text.
    private mutating func node(
        _ value: String, isText: Bool, key: String, at origin: ConfigurationOrigin
    ) -> YAMLNode? {
        if isText { return YAMLNode(content: .scalar(value, isPlain: false), line: 0) }
        do throws(YAMLFault) {
            return try YAMLReader.read(Array(value.utf8)) ?? YAMLNode(content: .sequence([]), line: 0)
        } catch {
            refuse(error, at: origin, within: key)
            return nil
        }
    }

    /// The key and the application that `variable` means, such as `SWIFTWATER_APPS_LIVE_HLS_SEGMENT`: an application
    /// that the file names in this spelling, otherwise the one in small letters.
    private func applicationKey(
        _ variable: String
    ) -> (key: ConfigurationKey<ApplicationConfiguration>, application: String)? {
        guard let (name, spelling) = Self.split(variable, among: ApplicationConfiguration.keys.keys.map(\.name)),
            let key = ApplicationConfiguration.keys.key(name)
        else { return nil }
        let named = ([Self.otherApplications] + applications.keys.sorted()).first {
            EnvironmentName.spelling($0) == spelling
        }
        return (key, named ?? spelling.lowercased())
    }

    private static func isLater(_ variable: String) -> Bool {
        let isServerKey = ServerConfiguration.keys.later.contains {
            variable == EnvironmentName.of($0) || variable.hasPrefix(EnvironmentName.of($0) + "_")
        }
        return isServerKey || split(variable, among: ApplicationConfiguration.keys.later) != nil
    }

    /// Divides a variable of an application into the key that it ends with and what stands for the application.
    private static func split(_ variable: String, among names: [String]) -> (name: String, application: String)? {
        let prefix = EnvironmentName.of("apps.")
        guard variable.hasPrefix(prefix) else { return nil }
        let rest = variable.dropFirst(prefix.count)
        for name in names {
            let ending = "_" + EnvironmentName.spelling(name)
            if rest.hasSuffix(ending), rest.count > ending.count {
                return (name, String(rest.dropLast(ending.count)))
            }
        }
        return nil
    }
}
