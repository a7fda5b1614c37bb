import EndpointCore
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A value of JSON of any form, as a request's body has it.
enum JSONValue: Decodable, Equatable, Sendable {
    /// Lists and objects within each other at most: 32.
    ///
    /// Each takes room on the thread's stack while it is read, and no body here has more than a few.
    private static let deepest = 32

    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case section([String: JSONValue])

    /// The members of a request's body, which is an object.
    static func members(of request: HTTPRoute.Request) throws -> [String: JSONValue] {
        try JSONDecoder().decode([String: JSONValue].self, from: Data(request.body.readableBytesView))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard decoder.codingPath.count <= Self.deepest else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "too deep")
        }
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .section(try container.decode([String: JSONValue].self))
        }
    }
}
