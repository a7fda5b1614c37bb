import EndpointCore
import MediaModel
import NIOCore

/// A request to the API whose sender is known, with the parts of its path.
struct APIRequest: Sendable {
    let head: HTTPRoute.Request
    /// What the path says for each name in braces of the operation's pattern.
    let parameters: [String: String]
    let grant: APIGrant

    /// The stream that the path names.
    func streamPath() throws(APIProblem) -> StreamPath {
        do throws(StreamPath.Fault) {
            return try StreamPath(
                application: parameters["application"] ?? "", name: parameters["name"] ?? "")
        } catch {
            throw .notFound("no stream can have this name: write /streams/app/name, such as /streams/live/show")
        }
    }

    /// Refuses parameters of the query that the operation does not know.
    func allowQuery(_ known: String...) throws(APIProblem) {
        guard let unknown = head.query.keys.sorted().first(where: { !known.contains($0) }) else { return }
        let list = known.isEmpty ? "this address takes none" : "those that are: \(known.joined(separator: ", "))"
        throw .badRequest("the parameter \"\(unknown.prefix(40))\" is not known here; \(list)")
    }

    /// A whole number of the query.
    func number(_ name: String, _ range: ClosedRange<Int>, default: Int) throws(APIProblem) -> Int {
        guard let text = head.query[name] else { return `default` }
        // `Int` takes a plus sign, which in a query is a space.
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number)
        else {
            throw .badRequest("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One of some words of the query.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type) throws(APIProblem) -> Word?
    where Word.RawValue == String {
        guard let text = head.query[name] else { return nil }
        guard let word = Word(rawValue: text) else {
            throw .badRequest("\(name) is one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }
}
