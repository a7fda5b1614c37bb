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
    func response(to request: Hummingbird.Request, from peer: RequestPeer) async -> Response {
        let method = request.method.rawValue
        guard methods.isEmpty || methods.contains(method) else {
            if let refuse { return .answer(refuse(.methodNotAllowed)) }
            let known = methods.joined(separator: ", ")
            return .text(.methodNotAllowed, "only \(known) is understood here", [.allow: known])
        }
        let body: ByteBuffer
        do {
            body = try await readsBody ? ByteBuffer() : request.body.collect(upTo: mostBodyBytes)
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
        let isOfOldVersion = headers.removeValue(forKey: OldVersionMark.field) != nil
        var asked = Request(
            method: method, path: request.uri.path, authority: request.head.authority, query: query,
            headers: headers, body: body, peerAddress: peer.address, isSecure: request.head.scheme == "https")
        asked.isProxied = peer.isProxied
        asked.isOfOldVersion = isOfOldVersion
        // What is left unread is passed over before the connection's next request.
        if readsBody { asked.collect = { try await request.body.collect(upTo: $0) } }
        if isQuick { return await response(to: asked, request) }
        return await besideEventLoops { [asked] in await response(to: asked, request) }
    }

    private func response(to asked: Request, _ request: Hummingbird.Request) async -> Response {
        let answer = await answer(asked)
        if let content = answer.content { return .content(content, of: answer, request.headers) }
        return .answer(request.headers.acceptGzip ? answer.compressed : answer)
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

    /// An answer with a long content, or the part of it that is asked for (RFC 9110 §14).
    static func content(_ content: HTTPRoute.Content, of answer: HTTPRoute.Answer, _ asked: HTTPFields) -> Response {
        var response = Response.answer(answer)
        response.headers[.acceptRanges] = "bytes"
        // Who has a part of another version gets the whole of this one.
        let isOther = asked[.ifRange].map { $0 != answer.headers["ETag"] } ?? false
        switch ByteRange.requested(by: isOther ? nil : asked[.range], of: content.length) {
        case .whole:
            response.body = .content(content, 0..<content.length)
        case .part(let part):
            response.status = .partialContent
            response.headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.length)"
            response.body = .content(content, part)
        case .unsatisfiable:
            response.status = .rangeNotSatisfiable
            response.headers[.contentRange] = "bytes */\(content.length)"
            response.body = ResponseBody()
        }
        return response
    }
}

/// A content ended before its length.
private struct ContentTooShort: Error {}

extension ResponseBody {
    fileprivate static func content(_ content: HTTPRoute.Content, _ part: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: part.count) { writer in
            var sent = 0
            for await piece in content.pieces(part) {
                sent += piece.readableBytes
                try await writer.write(piece)
            }
            // The client was told a length: only a broken connection says that it is not reached.
            guard sent == part.count else { throw ContentTooShort() }
            try await writer.finish(nil)
        }
    }

    fileprivate static func answer(_ answer: HTTPRoute.Answer) -> ResponseBody {
        guard let chunks = answer.chunks else { return .init(byteBuffer: answer.body) }
        return ResponseBody { writer in
            try await writer.write(answer.body)
            for await chunk in chunks { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
    }
}
