import EndpointCore
import MediaModel
import NIOCore
import StreamHub

extension ServerAPI {
    /// Pixels that may be asked for: up to 3,840, a screen's width.
    private static let widths = 1...3_840

    /// Pictures of streams for those who may see the streams here.
    ///
    /// They look at what is live as operators do, by their role; so it is no playing, and no hook is asked about it.
    var pictureOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/pictures/{application}/{name}", role: .viewer) {
                request throws(APIProblem) in
                try await self.showPicture(request)
            }
        ]
    }

    private func showPicture(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("width")
        let width = request.head.query["width"] == nil ? nil : try request.number("width", Self.widths, default: 0)
        let path = try request.streamPath()
        guard request.grant.covers(path.application), registry.liveStream(path) != nil else {
            throw Self.notLive(path)
        }
        switch await pictures?.picture(of: path, width: width) {
        case .picture(let picture): return Self.answer(picture, known: request.head.headers["if-none-match"])
        case .notNow(let words): throw .unavailable("\(words): try again in a few seconds")
        case .never(let words): throw .notFound("there is no picture of \(path): \(words)")
        case nil: throw .notFound("this server makes no pictures")
        }
    }

    /// A picture is good for two seconds, for the one who asked.
    private static func answer(_ picture: StillPicture, known: String?) -> HTTPRoute.Answer {
        let tag = "\"\(picture.version)\""
        let isKnown = known?.contains(tag) ?? false
        return HTTPRoute.Answer(
            status: isKnown ? 304 : 200, mediaType: "image/jpeg",
            headers: [
                "Cache-Control": "private, max-age=2", "ETag": tag, "Vary": "Authorization",
                "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
            ], body: isKnown ? ByteBuffer() : picture.bytes)
    }
}
