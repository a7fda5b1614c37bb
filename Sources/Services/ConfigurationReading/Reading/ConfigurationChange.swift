/// A key that the API was asked to change, and the value that it is to have.
public struct ConfigurationChange: Sendable, Hashable {
    /// The key in full, such as `apps.live.hls.window`.
    public let key: String
    /// The value in YAML on one line, of which JSON is a form.
    public let value: String

    /// Makes a change.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

extension ConfigurationLayers {
    /// Adds what the API changed.
    mutating func add(changes: [ConfigurationChange]) {
        for change in changes {
            let origin = ConfigurationOrigin.api(key: change.key)
            guard !ConfigurationKeys.onlyOnTheMachine.contains(change.key) else {
                refuse(.notByAPI, at: origin, key: change.key)
                continue
            }
            guard let place = ConfigurationKeys.place(of: change.key) else {
                refuse(unknown: change.key, at: origin)
                continue
            }
            if let application = place.application, !name(application: application, at: origin) { continue }
            let node: YAMLNode?
            do throws(YAMLFault) {
                node = try YAMLReader.read(Array(change.value.utf8))
            } catch {
                refuse(error, at: origin, within: change.key)
                continue
            }
            let assignment = Assignment(
                node: node ?? YAMLNode(content: .scalar("", isPlain: true), line: 0), origin: origin)
            if let application = place.application {
                assign(place.name, of: application, assignment)
            } else {
                assign(place.name, assignment)
            }
        }
    }

    private mutating func refuse(unknown key: String, at origin: ConfigurationOrigin) {
        let isLater: Bool
        let meant: String?
        if let (application, rest) = ConfigurationKeys.application(in: key) {
            isLater = ApplicationConfiguration.keys.isLater(rest)
            let prefix = "apps.\(application)."
            meant =
                FamiliarWords.key(rest, prefix: prefix)
                ?? Spelling.nearest(to: rest, among: ApplicationConfiguration.keys.keys.map(\.name)).map { prefix + $0 }
        } else {
            isLater = ServerConfiguration.keys.isLater(key)
            meant =
                FamiliarWords.key(key, prefix: "")
                ?? Spelling.nearest(to: key, among: ServerConfiguration.keys.keys.map(\.name))
        }
        refuse(isLater ? .keyNotAvailable : .unknownKey, at: origin, key: key, suggestion: meant)
    }
}

/// Keys by their full names.
enum ConfigurationKeys {
    /// What decides where changes are kept, and what is run on the machine: no token is to be worth as much as an account
    /// on it.
    static let onlyOnTheMachine: Set<String> = ["data", "recordings.folder", "thumbnails.ffmpeg"]

    /// The application of a key, if it is one of an application, and its name in the table.
    static func place(of key: String) -> (application: String?, name: String)? {
        if ServerConfiguration.keys.key(key) != nil { return (nil, key) }
        guard key.hasPrefix("apps.") else { return nil }
        let rest = key.dropFirst("apps.".count)
        // Names of applications may have dots: of the keys with which it could end, the longest is meant.
        let names = ApplicationConfiguration.keys.keys.map(\.name).filter {
            rest.hasSuffix("." + $0) && rest.utf8.count > $0.utf8.count + 1
        }
        guard let name = names.max(by: { $0.utf8.count < $1.utf8.count }) else { return nil }
        return (String(rest.dropLast(name.utf8.count + 1)), name)
    }

    /// The key with a secret value within which `path` leads, in full; `nil` where there is none.
    static func secret(around path: String) -> String? {
        if let key = ServerConfiguration.keys.secret(around: path) { return key }
        guard let (application, rest) = Self.application(in: path) else { return nil }
        return ApplicationConfiguration.keys.secret(around: rest).map { "apps.\(application).\($0)" }
    }

    /// The application of a key that there is not, and what stands behind it.
    static func application(in key: String) -> (application: String, rest: String)? {
        let parts = key.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "apps" else { return nil }
        return (String(parts[1]), String(parts[2]))
    }
}
