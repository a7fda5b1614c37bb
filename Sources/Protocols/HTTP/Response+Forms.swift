import EndpointCore
import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore

/// A text that a service shows under a fixed path, such as metrics.
public struct HTTPDocument: Sendable {
    /// 200 or another status.
    public var status: Int
    /// For `Content-Type`.
    public var mediaType: String
    /// What it says.
    public var text: String

    /// Makes a document.
    public init(status: Int = 200, mediaType: String, text: String) {
        self.status = status
        self.mediaType = mediaType
        self.text = text
    }
}

/// The forms that answers have here, with their caching.
extension Response {
    static let preflight = Response(
        status: .noContent,
        headers: [
            .accessControlAllowOrigin: "*", .accessControlAllowMethods: "GET, HEAD, OPTIONS",
            .accessControlAllowHeaders: "Range, Authorization", .accessControlMaxAge: "86400",
        ])

    static func text(_ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/plain; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }

    /// A stream that is not there now may be there in a moment; a cache must not keep that.
    static func offline(_ path: StreamPath) -> Response {
        text(.notFound, "\(path) is not live, or has no such file", [.retryAfter: "2"])
    }

    /// Why something is not shown, in the words of HTTP.
    static func refusal(_ refusal: StreamRefusal) -> Response {
        switch refusal {
        case .illegalName: text(.notFound, "no stream can have this name")
        case .keyAsName: text(.notFound, refusal.description)
        case .undecided, .unavailable: text(.serviceUnavailable, refusal.description, [.retryAfter: "2"])
        case .tooManyAttempts: text(.tooManyRequests, refusal.description, [.retryAfter: "60"])
        case .keyRequired, .keyRefused, .keyExpired, .tokenRequired, .tokenRefused, .tokenExpired, .addressRefused,
            .declined:
            text(.forbidden, refusal.description)
        }
    }

    /// The same for one player alone: a shared cache would hand it to those who were not let in.
    var keptBySharedCachesNever: Response {
        var response = self
        if let caching = headers[.cacheControl], caching.hasPrefix("public") {
            response.headers[.cacheControl] = "private" + caching.dropFirst(6)
        }
        return response
    }

    /// The same for pages of any origin, unless it says itself for which.
    var openToPages: Response {
        guard headers[.accessControlAllowOrigin] == nil else { return self }
        var response = self
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] = "Age, Date, Content-Length, Content-Range"
        return response
    }

    static func document(_ document: HTTPDocument) -> Response {
        Response(
            status: .init(code: document.status),
            headers: [.contentType: document.mediaType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: document.text)))
    }

    /// A playlist is good for a second: less than any segment, enough for a cache in front to answer a crowd.
    ///
    /// - Parameter seconds: how long it may be kept, when that is longer.
    static func playlist(_ bytes: ByteBuffer, isCompressed: Bool, mediaType: String, seconds: Int = 1) -> Response {
        var headers: HTTPFields = [
            .contentType: mediaType, .cacheControl: "public, max-age=\(seconds)", .vary: "Accept-Encoding",
        ]
        if isCompressed { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: bytes))
    }

    /// Bytes that never change under their name, whole or in the range that was asked for (RFC 9110 §14).
    static func immutable(_ pieces: [ByteBuffer], mediaType: String, range: String?) -> Response {
        let length = pieces.reduce(0) { $0 + $1.readableBytes }
        var headers: HTTPFields = [
            .contentType: mediaType, .cacheControl: "public, max-age=31536000, immutable", .acceptRanges: "bytes",
        ]
        switch ByteRange.requested(by: range, of: length) {
        case .whole:
            return Response(status: .ok, headers: headers, body: .pieces(pieces))
        case .part(let part):
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(length)"
            return Response(status: .partialContent, headers: headers, body: .pieces(pieces.cut(to: part)))
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(length)"
            headers[.cacheControl] = "no-store"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
    }
}

extension ResponseBody {
    /// A body of several pieces, which are not joined.
    static func pieces(_ pieces: [ByteBuffer]) -> ResponseBody {
        pieces.count == 1 ? ResponseBody(byteBuffer: pieces[0]) : ResponseBody(contentsOf: pieces)
    }
}

extension [ByteBuffer] {
    /// The bytes in `range` of all of them together, as slices.
    func cut(to range: Range<Int>) -> [ByteBuffer] {
        var cut: [ByteBuffer] = []
        var begin = 0
        for piece in self {
            let end = begin + piece.readableBytes
            let wanted = range.clamped(to: begin..<end)
            if !wanted.isEmpty,
                let slice = piece.getSlice(at: piece.readerIndex + wanted.lowerBound - begin, length: wanted.count)
            {
                cut.append(slice)
            }
            begin = end
        }
        return cut
    }
}

/// The part of a resource that a `Range` field asks for (RFC 9110 §14.2).
enum ByteRange: Equatable {
    /// There is no field, or one that is not understood and therefore ignored: another unit, several ranges.
    case whole
    /// These bytes.
    case part(Range<Int>)
    /// The resource has none of these bytes.
    case unsatisfiable

    static func requested(by field: String?, of length: Int) -> ByteRange {
        guard let field, field.hasPrefix("bytes=") else { return .whole }
        let sides = field.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { return .whole }
        switch (Int(sides[0]), Int(sides[1])) {
        case (let first?, let last?) where first <= last && first >= 0:
            return first < length ? .part(first..<min(last, length - 1) + 1) : .unsatisfiable
        case (let first?, nil) where sides[1].isEmpty && first >= 0:
            return first < length ? .part(first..<length) : .unsatisfiable
        case (nil, let suffix?) where sides[0].isEmpty && suffix >= 0:
            return suffix > 0 && length > 0 ? .part(max(0, length - suffix)..<length) : .unsatisfiable
        default:
            return .whole
        }
    }
}
