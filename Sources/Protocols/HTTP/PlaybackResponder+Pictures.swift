import EndpointCore
import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore
import StreamHub

extension PlaybackResponder {
    /// Answers a request for a picture of a stream.
    func picture(_ request: PlaybackRequest, of path: StreamPath, width: Int?) async -> Response {
        guard registry.isLive(path) else { return .offline(path) }
        // A program is started for it, which takes a moment.
        let outcome = await besideEventLoops {
            await pictures?.picture(of: path, width: width)
        }
        switch outcome {
        case .picture(let picture): return .picture(picture, known: request.headers[.ifNoneMatch])
        case .notNow(let words): return .text(.serviceUnavailable, words, [.retryAfter: "3"])
        case .never(let words): return .text(.notFound, words)
        case nil: return .text(.notFound, "this server makes no pictures")
        }
    }
}

extension Response {
    /// A picture is good for two seconds: a crowd that looks at a list asks once.
    ///
    /// - Parameter known: the tags of what the client has (RFC 9110 §13.1.2).
    static func picture(_ picture: StillPicture, known: String?) -> Response {
        let tag = "\"\(picture.version)\""
        let headers: HTTPFields = [.contentType: "image/jpeg", .cacheControl: "public, max-age=2", .eTag: tag]
        let tags = (known ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        guard !tags.contains(tag), !tags.contains("W/" + tag) else {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: picture.bytes))
    }
}
