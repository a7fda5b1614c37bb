public import AMF

/// The information object of an `onStatus`, a `_result` or an `_error` (RTMP 1.0 §7.2.2).
public struct RTMPStatus: Sendable, Equatable {
    /// How grave it is, as the sender said.
    public let level: RTMPStatusCode.Level
    /// What happened, for programs.
    public let code: RTMPStatusCode
    /// What happened, for people.
    public let description: String
    /// All of it as it came.
    public let properties: AMF0Value

    /// Reads an information object; `nil` when it has no code.
    public init?(_ object: AMF0Value) {
        guard let code = object["code"]?.string else { return nil }
        self.code = RTMPStatusCode(rawValue: code)
        level = object["level"]?.string.flatMap(RTMPStatusCode.Level.init(rawValue:)) ?? self.code.level
        description = object["description"]?.string ?? ""
        properties = object
    }

    /// Makes a status at the level that goes with `code`.
    public init(_ code: RTMPStatusCode, _ description: String, _ more: [AMFProperty] = []) {
        self.code = code
        self.description = description
        level = code.level
        properties = .object(
            [
                AMFProperty("level", .string(level.rawValue)), AMFProperty("code", .string(code.rawValue)),
                AMFProperty("description", .string(description)),
            ] + more)
    }
}
