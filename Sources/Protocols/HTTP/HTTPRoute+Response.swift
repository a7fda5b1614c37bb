import EndpointCore
import HTTPTypes
import Hummingbird
import NIOCore

extension HTTPRoutes {
    func route(for request: Hummingbird.Request) -> HTTPRoute? {
        route(for: request.uri.path, method: request.method.rawValue)
    }
}

extension HTTPRoute {
    /// Answers a request for its path, which a protocol answers itself.
    func response(to request: Hummingbird.Request, _ context: PlaybackContext) async -> Response {
        let method = request.method.rawValue
        guard methods.isEmpty || methods.contains(method) else {
            if let refuse { return .answer(refuse(.methodNotAllowed)) }
            let known = methods.joined(separator: ", ")
            return .text(.methodNotAllowed, "only \(known) is understood here", [.allow: known])
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: mostBodyBytes)
        } catch {
            if let refuse { return .answer(refuse(.bodyTooLong)) }
            return .text(.contentTooLarge, "a body here has at most \(mostBodyBytes) bytes")
        }
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters.prefix(64) where query[String(name)] == nil {
            query[String(name)] = String(value)
        }
        var headers: [String: String] = [:]
        for field in request.headers where headers[field.name.canonicalName] == nil {
            headers[field.name.canonicalName] = field.value
        }
        let answer = await self.answer(
            Request(
                method: method, path: request.uri.path, authority: request.head.authority, query: query,
                headers: headers, body: body, peerAddress: context.peerAddress,
                isSecure: request.head.scheme == "https"))
        return .answer(request.acceptsGzip ? answer.compressed : answer)
    }
}

extension HTTPRoute.Answer {
    /// Bytes from which on compressing pays: 1,024, less than a packet holds.
    private static let leastCompressedBytes = 1_024

    /// The same in gzip, where it is a text that is long enough and has an end.
    var compressed: HTTPRoute.Answer {
        let isText = mediaType.hasPrefix("text/") || mediaType == "application/json"
        guard chunks == nil, isText, body.readableBytes >= Self.leastCompressedBytes,
            headers["Content-Encoding"] == nil, let packed = Gzip.compress(body)
        else { return self }
        var answer = self
        answer.body = packed
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
        return answer
    }
}

extension Response {
    /// A route's answer, with what follows it for as long as the client stays.
    static func answer(_ answer: HTTPRoute.Answer) -> Response {
        var fields: HTTPFields = [.contentType: answer.mediaType, .cacheControl: "no-store"]
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(status: .init(code: answer.status), headers: fields, body: .answer(answer))
    }
}

extension ResponseBody {
    fileprivate static func answer(_ answer: HTTPRoute.Answer) -> ResponseBody {
        guard let chunks = answer.chunks else { return .init(byteBuffer: answer.body) }
        return ResponseBody { writer in
            try await writer.write(answer.body)
            for await chunk in chunks { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
    }
}
