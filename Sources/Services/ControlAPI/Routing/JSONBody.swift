import EndpointCore
import NIOCore
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The members of a request's body, an object, which are read one by one; those that nobody knows are faults.
struct JSONBody: Sendable {
    private let members: [String: JSONValue]

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - known: the members that may be there.
    ///   - isOptional: whether no body is as good as an empty object.
    init(_ request: HTTPRoute.Request, known: [String], isOptional: Bool = false) throws(APIProblem) {
        if isOptional, request.body.readableBytes == 0 {
            members = [:]
            return
        }
        try request.demandJSON()
        let list = known.joined(separator: ", ")
        do {
            members = try JSONValue.members(of: request)
        } catch {
            throw .badRequest("the body is an object with texts, numbers, true, false and lists of texts: \(list)")
        }
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw .badRequest("the member \"\(unknown.prefix(40))\" is not known here; those that are: \(list)")
        }
    }

    /// A text; `nil` where nothing is said.
    func text(_ name: String) throws(APIProblem) -> String? {
        switch members[name] {
        case nil, .null: nil
        case .text(let text): text
        default: throw .badRequest("\(name) is a text")
        }
    }

    /// `true` or `false`; `nil` where nothing is said.
    func flag(_ name: String) throws(APIProblem) -> Bool? {
        switch members[name] {
        case nil, .null: nil
        case .flag(let flag): flag
        default: throw .badRequest("\(name) is true or false")
        }
    }

    /// A whole number; `nil` where nothing is said.
    func number(_ name: String, _ range: ClosedRange<Int>) throws(APIProblem) -> Int? {
        switch members[name] {
        case nil, .null: return nil
        case .number(let value):
            if let number = Int(exactly: value), range.contains(number) { return number }
        default: break
        }
        throw .badRequest("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    /// A list of texts, or one; `nil` where nothing is said.
    func texts(_ name: String) throws(APIProblem) -> [String]? {
        switch members[name] {
        case nil, .null: return nil
        case .text(let text): return [text]
        case .list(let values):
            let texts = values.compactMap { value -> String? in if case .text(let text) = value { text } else { nil } }
            if texts.count == values.count { return texts }
        default: break
        }
        throw .badRequest("\(name) is a list of texts")
    }

    /// A time to come; `nil` where nothing is said.
    func future(_ name: String) throws(APIProblem) -> Date? {
        guard let text = try text(name) else { return nil }
        guard let time = UTCTime(text) else {
            throw .badRequest("\(name) is a time such as 2030-01-31T12:00:00Z")
        }
        let date = Date(millisecondsSince1970: time.millisecondsSince1970)
        guard date > Date() else { throw .badRequest("\(name) lies in the past") }
        return date
    }

    /// Ranges of addresses; `nil` where nothing is said.
    func addresses(_ name: String) throws(APIProblem) -> [AddressRange]? {
        guard let texts = try texts(name) else { return nil }
        var ranges: [AddressRange] = []
        for text in texts {
            guard let range = AddressRange(text) else {
                throw .badRequest("\(name) are addresses and networks such as 192.0.2.7 and 10.0.0.0/8")
            }
            ranges.append(range)
        }
        return ranges
    }
}

extension HTTPRoute.Request {
    /// Refuses a body that does not call itself JSON: forms of other sites' pages cannot.
    func demandJSON(or other: String? = nil) throws(APIProblem) {
        let type = (headers["content-type"] ?? "").prefix { $0 != ";" && !$0.isWhitespace }.lowercased()
        guard type == "application/json" || type == other else {
            throw .unsupportedMediaType("send the body as application/json")
        }
    }
}
