/// One thing that is wrong with a configuration.
public struct ConfigurationFault: Error, Equatable, Sendable {
    /// Where it stands.
    public let origin: ConfigurationOrigin
    /// Which key it is about, such as `rtmp.listen`; `nil` when it is about a file as a whole.
    public let key: String?
    /// What is wrong.
    public let problem: Problem
    /// What was probably meant.
    public let suggestion: String?

    init(_ problem: Problem, at origin: ConfigurationOrigin, key: String? = nil, suggestion: String? = nil) {
        self.origin = origin
        self.key = key
        self.problem = problem
        self.suggestion = suggestion
    }
}

/// All that is wrong with a configuration: never empty, in the order file, API, environment, flags.
public struct ConfigurationFaults: Error, Equatable, Sendable {
    /// The faults.
    public let faults: [ConfigurationFault]

    /// Gathers faults, of which there is one at least.
    public init(faults: [ConfigurationFault]) {
        self.faults = faults
    }
}

extension ConfigurationFault {
    /// What can be wrong.
    public enum Problem: Equatable, Sendable {
        /// The file cannot be read; the value says why.
        case unreadable(String)
        /// A file that the value names cannot be used; the value says which and why.
        case unusableFile(String)
        /// The file has more bytes than the limit.
        case tooLong(limitBytes: Int)
        /// The text is not YAML; the value is the parser's word.
        case notYAML(String)
        /// Sections and lists are nested deeper than the limit.
        case nestedTooDeep(limit: Int)
        /// More values, aliases written out, than the limit.
        case tooManyValues(limit: Int)
        /// More aliases than the limit.
        case tooManyAliases(limit: Int)
        /// Nothing of this name exists.
        case unknownKey
        /// The key exists in a later version.
        case keyNotAvailable
        /// The value exists in a later version.
        case valueNotAvailable(String)
        /// The key is given more than once, the first time in this line.
        case repeatedKey(firstLine: Int)
        /// The same of a key within the value, whose name may be a secret in a wrong place.
        case repeatedKeyWithin(firstLine: Int)
        /// A list where a section belongs, and the like.
        case wrongShape(expected: String, found: String)
        /// The key has no value.
        case noValue
        /// The value is not what the key takes.
        case notAccepted(String, accepts: String)
        /// The same for a value that must not be shown; the second value says what is wrong with it, where that can be said
        /// without showing it.
        case secretNotAccepted(accepts: String, because: String? = nil)
        /// The value is too low or too high.
        case outOfRange(String, lowest: String, highest: String)
        /// The name of an application has characters that no stream path has.
        case illegalApplication
        /// An entry lacks a part.
        case missing(String)
        /// An entry has a part that entries do not have.
        case unknownPart(parts: String)
        /// Two entries have the same secret.
        case repeatedSecret
        /// Two entries have the same value where each needs its own.
        case repeatedPart(String)
        /// A list with more entries than the limit.
        case tooManyEntries(limit: Int)
        /// Two listeners have the same address.
        case addressTaken(by: String)
        /// The playlist window has no room for three segments.
        case windowTooShort(least: String)
        /// The key is decided on the server's machine alone.
        case notByAPI
        /// Changes by the API that do not go together with what the others say.
        case notTogether
        /// A change by the API would do nothing, for somebody else says what holds.
        case overridden(by: String)
    }
}
