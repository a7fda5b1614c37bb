/// How keys are called in the environment.
enum EnvironmentName {
    static let prefix = "SWIFTWATER_"
    /// The variable that names the configuration file where no flag does.
    static let file = "SWIFTWATER_CONFIG"

    /// The variable for a key: `rtmp.listen` is `SWIFTWATER_RTMP_LISTEN`.
    static func of(_ key: String) -> String {
        prefix + spelling(key)
    }

    /// Letters in upper case, digits, and `_` for everything else.
    static func spelling(_ key: String) -> String {
        String(key.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// Whether Kubernetes sets the variable in every container beside a service named `swiftwater…`: that is no key
    /// that somebody mistyped.
    static func isSetByKubernetes(_ name: String, value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        let parts = name.split(separator: "_")
        if let port = parts.lastIndex(of: "PORT"), port == parts.count - 1, value.contains("://") { return true }
        let protocols: Set<Substring> = ["TCP", "UDP", "SCTP"]
        return parts.indices.dropLast(2).contains { index in
            parts[index] == "PORT" && Int(parts[index + 1]) != nil && protocols.contains(parts[index + 2])
        }
    }
}
