import EndpointCore

/// One thing that the API does: a method, a path, who may, and the answer.
struct APIOperation: Sendable {
    let method: String
    /// The path below `/api/v1`, such as `/sessions/{id}`; `{name}` stands for one or more segments, every other name in
    /// braces for one.
    let pattern: String
    /// The least role that may.
    let role: APIRole
    let answer: @Sendable (APIRequest) async throws(APIProblem) -> HTTPRoute.Answer

    /// How many segments of the pattern stand for themselves.
    var wordCount: Int { pattern.split(separator: "/").count { !$0.hasPrefix("{") } }

    /// What `segments`, decoded, say for the names of the pattern; `nil` when they do not fit it.
    func match(_ segments: [String]) -> [String: String]? {
        let parts = pattern.split(separator: "/").map(String.init)
        let greedy = parts.firstIndex(of: "{name}")
        let surplus = segments.count - parts.count
        guard surplus == 0 || (greedy != nil && surplus > 0) else { return nil }
        var parameters: [String: String] = [:]
        var index = 0
        for (place, part) in parts.enumerated() {
            let length = place == greedy ? surplus + 1 : 1
            let text = segments[index..<(index + length)].joined(separator: "/")
            index += length
            if part.hasPrefix("{") {
                guard !text.isEmpty else { return nil }
                parameters[String(part.dropFirst().dropLast())] = text
            } else if part != text {
                return nil
            }
        }
        return parameters
    }
}
