import EndpointCore
import NIOCore

/// Why a request was not granted or done, as `application/problem+json` (RFC 9457).
///
/// Every detail says what to do.
struct APIProblem: Error, Hashable, Sendable {
    static let mediaType = "application/problem+json"

    let status: Int
    let title: String
    let detail: String
    var headers: [String: String] = [:]
    /// What is wrong in several places, each by itself.
    var errors: [Part] = []

    /// One of several things that are wrong.
    struct Part: Hashable, Sendable {
        /// The key of the configuration that it is about.
        var key: String?
        var detail: String
        /// What was probably meant.
        var suggestion: String?
        /// Where it stands, where that is not the request.
        var place: String?
    }

    var answer: HTTPRoute.Answer {
        var headers = headers
        headers["X-Content-Type-Options"] = "nosniff"
        return HTTPRoute.Answer(
            status: status, mediaType: Self.mediaType, headers: headers,
            body: JSONWriter.object(capacity: 256) { writer in
                writer.member("type", "about:blank")
                writer.member("title", title)
                writer.member("status", status)
                writer.member("detail", detail)
                guard !errors.isEmpty else { return }
                writer.member("errors", of: errors) { writer, part in
                    writer.object { writer in
                        writer.member("key", part.key)
                        writer.member("detail", part.detail)
                        writer.member("suggestion", part.suggestion)
                        writer.member("place", part.place)
                    }
                }
            })
    }

    static func badRequest(_ detail: String) -> APIProblem {
        APIProblem(status: 400, title: "Bad Request", detail: detail)
    }

    static func unauthorized(_ detail: String) -> APIProblem {
        APIProblem(
            status: 401, title: "Unauthorized", detail: detail,
            headers: ["WWW-Authenticate": "Bearer realm=\"swiftwater\""])
    }

    static func forbidden(_ detail: String) -> APIProblem {
        APIProblem(status: 403, title: "Forbidden", detail: detail)
    }

    static func notFound(_ detail: String) -> APIProblem {
        APIProblem(status: 404, title: "Not Found", detail: detail)
    }

    static func methodNotAllowed(_ allowed: [String]) -> APIProblem {
        let list = allowed.joined(separator: ", ")
        return APIProblem(
            status: 405, title: "Method Not Allowed", detail: "this address answers \(list)",
            headers: allowed.isEmpty ? [:] : ["Allow": list])
    }

    static func conflict(_ detail: String) -> APIProblem {
        APIProblem(status: 409, title: "Conflict", detail: detail)
    }

    static func contentTooLarge(_ most: Int) -> APIProblem {
        APIProblem(
            status: 413, title: "Content Too Large", detail: "send a body of at most \(most) bytes",
            headers: ["Connection": "close"])
    }

    static func unsupportedMediaType(_ detail: String) -> APIProblem {
        APIProblem(status: 415, title: "Unsupported Media Type", detail: detail)
    }

    static func unavailable(_ detail: String) -> APIProblem {
        APIProblem(status: 503, title: "Service Unavailable", detail: detail, headers: ["Retry-After": "5"])
    }
}
