import Catalogue
import EndpointCore
import Logging
import MediaModel
import NIOCore
import Recording
import RecordingPlan

extension ServerAPI {
    /// What can be asked of recordings, and done with them.
    var recordingOperations: [APIOperation] {
        [
            APIOperation(method: "GET", pattern: "/recordings", role: .viewer) { request throws(APIProblem) in
                try await self.listRecordings(request)
            },
            APIOperation(method: "GET", pattern: "/recordings/{id}", role: .viewer) { request throws(APIProblem) in
                try request.allowQuery()
                let (recording, _) = try await self.recording(request)
                return .json(JSONWriter.object { self.answer(for: recording).write(to: &$0) })
            },
            APIOperation(method: "GET", pattern: "/recordings/{id}/file", role: .operator) {
                request throws(APIProblem) in
                try await self.sendRecording(request)
            },
            APIOperation(method: "DELETE", pattern: "/recordings/{id}", role: .operator) {
                request throws(APIProblem) in
                try await self.deleteRecording(request)
            },
        ]
    }

    private func listRecordings(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery("app", "stream", "limit", "after")
        let limit = try request.number("limit", 1...PageRequest.mostEntries, default: 100)
        let after = try request.number("after", 1...Int.max, default: Int.max)
        var path: StreamPath?
        if let text = request.head.query["stream"] {
            do throws(StreamPath.Fault) { path = try StreamPath(text) } catch {
                throw .badRequest("stream is a name with its application, such as live/show")
            }
        }
        var applications = request.grant.applications
        if let wanted = request.head.query["app"] {
            applications = request.grant.covers(wanted) ? [wanted] : []
        }
        let wanted = PageRequest(cursor: Int64(after), limit: limit, applications: applications)
        let storage = try await storage()
        let page = try await APIProblem.explaining { [path] in try await storage.recordings(wanted, of: path) }
        return .json(
            JSONWriter.object(capacity: 512 * (page.entries.count + 1)) { writer in
                writer.member("recordings", of: page.entries) { writer, recording in
                    writer.object { answer(for: recording).write(to: &$0) }
                }
                writer.member("next", page.next.map { "\($0)" })
            })
    }

    private func sendRecording(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let (recording, _) = try await recording(request)
        let file: RecordedFile?
        do {
            file = try await RecordedFile.open(recording.filePath)
        } catch {
            logger.error(
                "recording cannot be read", metadata: ["recording.id": "\(recording.id)", "reason": "\(error)"])
            throw .unavailable("the file cannot be read; the server's log says why")
        }
        guard let file else {
            throw .notFound("the file is gone; DELETE \(Self.prefix)/recordings/\(recording.id) removes the entry")
        }
        let format = RecordingFormat(rawValue: recording.format)
        let name = recording.file.split(separator: "/").joined(separator: "-")
        var headers = [
            "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment; filename=\"\(name)\"",
        ]
        // One that grows is another with each request.
        if recording.state != .recording { headers["ETag"] = "\"\(recording.id)-\(file.length)\"" }
        var answer = HTTPRoute.Answer(
            mediaType: format?.mediaType ?? "application/octet-stream", headers: headers, body: ByteBuffer())
        answer.content = HTTPRoute.Content(length: file.length) { file.pieces($0) }
        return answer
    }

    private func deleteRecording(_ request: APIRequest) async throws(APIProblem) -> HTTPRoute.Answer {
        try request.allowQuery()
        let (recording, storage) = try await recording(request)
        guard recording.state != .recording else {
            throw .conflict(
                "it is being recorded: end its publisher, or its recording (apps.\(recording.path.application).record, or record of its live stream), and try again"
            )
        }
        do {
            try await RecordedFile.remove(recording.filePath)
        } catch {
            logger.error(
                "recording cannot be deleted", metadata: ["recording.id": "\(recording.id)", "reason": "\(error)"])
            throw .unavailable("the file cannot be deleted; the server's log says why")
        }
        _ = try await APIProblem.explaining { try await storage.removeRecording(recording.id) }
        logger.notice(
            "recording deleted",
            metadata: [
                "recording.id": "\(recording.id)", "stream.path": "\(recording.path)", "by": "\(request.grant.name)",
            ])
        return .done
    }

    /// The recording that the path names, if the sender may see it.
    private func recording(
        _ request: APIRequest
    ) async throws(APIProblem) -> (StoredRecording, any CatalogueStorage) {
        let storage = try await storage()
        let id = request.parameters["id"] ?? ""
        guard let recording = try await APIProblem.explaining({ try await storage.recording(id) }),
            request.grant.covers(recording.path.application)
        else { throw .notFound("there is no such recording; GET \(Self.prefix)/recordings lists them") }
        return (recording, storage)
    }

    private func answer(for recording: StoredRecording) -> RecordingAnswer {
        RecordingAnswer(
            recording: recording,
            progress: recording.state == .recording ? recorder?.progress(of: recording.id) : nil)
    }
}
