/// Where a value of the configuration came from.
public enum ConfigurationOrigin: Sendable, Hashable {
    /// Nobody said anything.
    case builtIn
    /// A line of a file; line 0 is the file as a whole.
    case file(String, line: Int)
    /// The API, which was asked to change this key, named in full.
    case api(key: String)
    /// An environment variable.
    case environment(String)
    /// A flag of the command line, such as `--rtmp`.
    case flag(String)

    /// The same origin, at another line if it has lines.
    func at(line: Int) -> ConfigurationOrigin {
        guard case .file(let name, _) = self else { return self }
        return .file(name, line: line)
    }
}

extension ConfigurationOrigin: CustomStringConvertible {
    /// `default`, `file:line`, `API`, the variable or the flag.
    public var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let name, line: 0): name
        case .file(let name, let line): "\(name):\(line)"
        case .api: "API"
        case .environment(let variable): variable
        case .flag(let flag): flag
        }
    }
}
