import EndpointCore
import NIOCore

/// What a request wants settings to be: an object with a member for each key (RFC 7396), `null` to take back what was
/// changed earlier.
struct SettingValues {
    /// Settings that one request changes at most.
    static let most = 200

    /// By key, in YAML on one line.
    let values: [String: String?]

    /// Reads a request's body.
    init(_ request: HTTPRoute.Request) throws(APIProblem) {
        try request.demandJSON(or: "application/merge-patch+json")
        let members: [String: JSONValue]
        do {
            members = try JSONValue.members(of: request)
        } catch {
            throw .badRequest(
                "the body is an object with a value for each key, such as {\"apps.live.hls.window\": \"2m\"}, and null to take a change back"
            )
        }
        guard (1...Self.most).contains(members.count) else {
            throw .badRequest("name 1 to \(Self.most) keys with their values")
        }
        values = members.mapValues { $0 == .null ? nil : $0.asYAML }
    }
}

extension JSONValue {
    /// JSON again, which is YAML too.
    fileprivate var asYAML: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
        case .text(let text): Self.quoted(text)
        case .list(let values): "[\(values.map(\.asYAML).joined(separator: ", "))]"
        case .section(let members):
            "{ \(members.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)): \($0.value.asYAML)" }.joined(separator: ", ")) }"
        }
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(buffer: writer.bytes)
    }
}
