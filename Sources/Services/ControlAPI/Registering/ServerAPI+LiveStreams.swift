import Authorization
import Catalogue
import EndpointCore
import Logging
import MediaModel
import NIOCore
import StreamHub
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ServerAPI {
    /// What can be asked of live streams that are set up, on the air or not, and done with them.
    var liveStreamOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/live-streams", role: .viewer) { request throws(APIProblem) in
                try await self.listLiveStreams(request)
            },
            APIOperation(method: "POST", pattern: "/live-streams", role: .operator) { request throws(APIProblem) in
                try await self.addLiveStream(request)
            },
            APIOperation(method: "GET", pattern: "/live-streams/{id}", role: .viewer) { request throws(APIProblem) in
                try request.allowQuery()
                let (stream, _) = try await self.liveStream(request)
                return self.answer(stream, request)
            },
            APIOperation(method: "PATCH", pattern: "/live-streams/{id}", role: .operator) {
                request throws(APIProblem) in
                try await self.changeLiveStream(request)
            },
            APIOperation(method: "DELETE", pattern: "/live-streams/{id}", role: .operator) {
                request throws(APIProblem) in
                try request.allowQuery()
                let (stream, storage) = try await self.liveStream(request)
                _ = try await APIProblem.explaining { try await storage.removeStream(stream.id) }
                self.registrations?.streamChanged(stream.path)
                await self.endPublisher(of: stream.path, because: "its live stream was deleted") { _ in true }
                return .done
            },
            APIOperation(method: "GET", pattern: "/live-streams/{id}/keys", role: .viewer) {
                request throws(APIProblem) in
                try await self.listKeys(request)
            },
            APIOperation(method: "POST", pattern: "/live-streams/{id}/keys", role: .operator) {
                request throws(APIProblem) in
                try await self.addKey(request)
            },
            APIOperation(method: "DELETE", pattern: "/live-streams/{id}/keys/{key}", role: .operator) {
                request throws(APIProblem) in
                try await self.removeKey(request)
            },
            APIOperation(method: "POST", pattern: "/live-streams/{id}/playback-tokens", role: .operator) {
                request throws(APIProblem) in
                try await self.signPlayback(request)
            },
        ]
    }

    private func listLiveStreams(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("app", "search", "limit", "after")
        let limit = try request.number("limit", 1...PageRequest.mostEntries, default: 100)
        let after = try request.number("after", 0...Int.max, default: 0)
        var applications = request.grant.applications
        if let wanted = request.head.query["app"] {
            applications = request.grant.covers(wanted) ? [wanted] : []
        }
        let wanted = PageRequest(
            cursor: Int64(after), limit: limit, search: String((request.head.query["search"] ?? "").prefix(200)),
            applications: applications)
        let storage = try await storage()
        let page = try await APIProblem.explaining { try await storage.streams(wanted) }
        let addresses = addresses(request)
        return .json(
            JSONWriter.object(capacity: 512 * (page.entries.count + 1)) { writer in
                writer.member("liveStreams", of: page.entries) { writer, stream in
                    let answer = LiveStreamAnswer(
                        stream: stream, addresses: addresses, isLive: registry.isLive(stream.path))
                    writer.object { answer.write(to: &$0) }
                }
                writer.member("next", page.next.map { "\($0)" })
            })
    }

    private func addLiveStream(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let body = try JSONBody(
            request.head, known: ["name", "app", "stream", "record", "label", "user", "addresses", "expiresAt"])
        guard let title = try body.text("name") else {
            throw .badRequest("name is missing: what people call the live stream")
        }
        let application = try body.text("app") ?? "live"
        guard request.grant.covers(application) else { throw .forbidden("your token is not for this application") }
        let wish = try keyWish(body)
        let name = try body.text("stream")
        let isRecorded = try body.flag("record") ?? false
        let storage = try await storage()
        let (stream, key) = try await APIProblem.explaining {
            try await LiveStreamRegistrar(storage).register(
                title: title, application: application, name: name, isRecorded: isRecorded, key: wish)
        }
        registrations?.streamChanged(stream.path)
        logger.info(
            "live stream set up", metadata: ["stream.path": "\(stream.path)", "by": "\(request.grant.name)"])
        return answer(stream, request, key: key, status: 201)
    }

    private func changeLiveStream(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let body = try JSONBody(request.head, known: ["name", "record"])
        let change = RegisteredStream.Change(title: try body.text("name"), isRecorded: try body.flag("record"))
        let (stream, storage) = try await liveStream(request)
        let changed = try await APIProblem.explaining {
            try await LiveStreamRegistrar(storage).change(stream.id, change)
        }
        guard let changed else { throw Self.noLiveStream }
        registrations?.streamChanged(changed.path)
        return answer(changed, request)
    }

    private func listKeys(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let (stream, storage) = try await liveStream(request)
        let keys = try await APIProblem.explaining { try await storage.keys(of: stream.id) }
        return .json(
            JSONWriter.object { writer in
                writer.member("keys", of: keys) { writer, key in
                    writer.object { KeyAnswer(key: key).write(to: &$0) }
                }
            })
    }

    private func addKey(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let body = try JSONBody(
            request.head, known: ["label", "user", "addresses", "expiresAt", "endOthersAfterSeconds"],
            isOptional: true)
        let wish = try keyWish(body)
        let grace = try body.number("endOthersAfterSeconds", 0...31_536_000)
        let (stream, storage) = try await liveStream(request)
        let issued = try await APIProblem.explaining {
            try await LiveStreamRegistrar(storage).issueKey(
                for: stream.id, wish, endingOthers: grace.map { Date().addingTimeInterval(Double($0)) })
        }
        guard let issued else { throw Self.noLiveStream }
        logger.info(
            "stream key made",
            metadata: ["stream.path": "\(stream.path)", "key.id": "\(issued.key.id)", "by": "\(request.grant.name)"])
        return .json(
            JSONWriter.object { KeyAnswer(key: issued.key, secret: issued.secret).write(to: &$0) }, status: 201)
    }

    private func removeKey(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let (stream, storage) = try await liveStream(request)
        let key = request.parameters["key"] ?? ""
        guard try await APIProblem.explaining({ try await storage.removeKey(key, of: stream.id) }) else {
            throw .notFound("the live stream has no such key")
        }
        logger.info(
            "stream key deleted", metadata: ["stream.path": "\(stream.path)", "by": "\(request.grant.name)"])
        await endPublisher(of: stream.path, because: "its key was deleted") { address in
            self.registrations?.isUsed(key, stream.path, address) ?? false
        }
        return .done
    }

    /// Ends who publishes, if it is one of those concerned: what they were let in with is no more.
    private func endPublisher(
        of path: StreamPath, because reason: String, where isConcerned: (_ address: String) -> Bool
    ) async {
        guard let publisher = sessions.publisher(of: path),
            let (entry, reading) = await sessions.readings(of: [publisher]).first,
            isConcerned(entry.address(reading))
        else { return }
        logger.notice(
            "publisher ended",
            metadata: ["connection.id": "\(entry.id)", "stream.path": "\(path)", "reason": "\(reason)"])
        await entry.end(because: reason)
    }

    private func signPlayback(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let body = try JSONBody(request.head, known: ["expiresInSeconds", "addresses"], isOptional: true)
        let seconds = try body.number("expiresInSeconds", 1...31_536_000) ?? 3_600
        let ranges = try body.addresses("addresses") ?? []
        guard ranges.count <= RegisteredKey.mostAddresses else {
            throw .badRequest("a token has at most \(RegisteredKey.mostAddresses) addresses")
        }
        let (stream, storage) = try await liveStream(request)
        let expiry = Date().addingTimeInterval(Double(seconds))
        let claims = TokenClaims(
            scopes: [.stream(stream.path)], addresses: ranges.map(\.description), expiry: expiry)
        let token = try await APIProblem.explaining { try await TokenRegistrar(storage).signPlayback(claims).revealed }
        var addresses = addresses(request)
        addresses.query = "?token=\(token)"
        return .json(
            JSONWriter.object { writer in
                writer.member("token", token)
                writer.member("expiresAt", time: UTCTime(expiry))
                addresses.write(stream.path, to: &writer)
            }, status: 201)
    }

    // MARK: Parts

    private static let noLiveStream = APIProblem.notFound("there is no such live stream; GET /live-streams lists them")

    func storage() async throws(APIProblem) -> any CatalogueStorage {
        guard let storage = await registrations?.catalogue.storage() else {
            throw .unavailable("the server cannot use its data folder; its log says why")
        }
        return storage
    }

    /// The live stream that the path names, if the sender may see it.
    private func liveStream(
        _ request: APIRequest
    ) async throws(APIProblem) -> (RegisteredStream, any CatalogueStorage) {
        let storage = try await storage()
        let id = request.parameters["id"] ?? ""
        guard let stream = try await APIProblem.explaining({ try await storage.stream(id) }),
            request.grant.covers(stream.path.application)
        else { throw Self.noLiveStream }
        return (stream, storage)
    }

    private func addresses(_ request: APIRequest) -> LiveStreamAddresses {
        LiveStreamAddresses(
            request.head, rtmpPort: registrations?.rtmpPort() ?? 1935, publicURL: registrations?.publicURL())
    }

    private func keyWish(_ body: JSONBody) throws(APIProblem) -> LiveStreamRegistrar.KeyWish {
        LiveStreamRegistrar.KeyWish(
            label: try body.text("label"), user: try body.text("user"),
            addresses: try body.addresses("addresses") ?? [],
            expiresAt: try body.future("expiresAt"))
    }

    private func answer(
        _ stream: RegisteredStream, _ request: APIRequest, key: LiveStreamRegistrar.Issued? = nil, status: Int = 200
    ) -> HTTPRoute.Answer {
        let answer = LiveStreamAnswer(
            stream: stream, addresses: addresses(request), isLive: registry.isLive(stream.path), key: key)
        return .json(JSONWriter.object { answer.write(to: &$0) }, status: status)
    }
}
