import MediaModel

/// What somebody gave a key, and where.
struct Assignment {
    var node: YAMLNode
    var origin: ConfigurationOrigin
}

/// All that file, environment and flags say, sorted by key but not yet read.
///
/// Each layer is added above the ones before; a later assignment of a key wins, and the earlier ones are still read, so
/// that their faults are found.
struct ConfigurationLayers {
    /// The application that stands for all that are not named.
    ///
    /// No application can have this name.
    static let otherApplications = "*"

    /// Assignments by key, outside `apps`.
    private(set) var server: [String: [Assignment]] = [:]
    /// Assignments by application and by key within it.
    private(set) var applications: [String: [String: [Assignment]]] = [:]
    /// What is wrong already.
    private(set) var faults: [ConfigurationFault] = []

    /// Notes a fault of a layer.
    mutating func refuse(
        _ problem: ConfigurationFault.Problem, at origin: ConfigurationOrigin, key: String? = nil,
        suggestion: String? = nil
    ) {
        faults.append(ConfigurationFault(problem, at: origin, key: key, suggestion: suggestion))
    }

    /// Notes that a text is no document.
    ///
    /// - Parameter key: the key whose value the text is; empty for a file.
    mutating func refuse(_ fault: YAMLFault, at origin: ConfigurationOrigin, within key: String) {
        guard case .repeatedKey(let line) = fault.problem, let path = fault.path else {
            refuse(fault.problem, at: origin, key: key.isEmpty ? nil : key)
            return
        }
        let full = key.isEmpty || path.hasPrefix("[") ? key + path : "\(key).\(path)"
        if let secret = ConfigurationKeys.secret(around: full) {
            refuse(.repeatedKeyWithin(firstLine: line), at: origin, key: secret)
        } else {
            refuse(fault.problem, at: origin, key: full)
        }
    }

    /// Adds an assignment of a key outside `apps`.
    mutating func assign(_ key: String, _ assignment: Assignment) {
        server[key, default: []].append(assignment)
    }

    /// Adds an assignment of a key of an application.
    mutating func assign(_ key: String, of application: String, _ assignment: Assignment) {
        applications[application, default: [:]][key, default: []].append(assignment)
    }

    /// Notes that an application exists, with or without assignments; refuses a name that no stream path has.
    mutating func name(application: String, at origin: ConfigurationOrigin) -> Bool {
        if application == Self.otherApplications { return true }
        do throws(StreamPath.Fault) {
            _ = try StreamPath(application: application, name: "name")
        } catch {
            refuse(.illegalApplication, at: origin, key: "apps.\(application)")
            return false
        }
        if applications[application] == nil { applications[application] = [:] }
        return true
    }
}
