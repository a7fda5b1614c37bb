import Catalogue
import EndpointCore
import MediaModel
import TextCoding

/// A recording as the API shows it.
struct RecordingAnswer {
    let recording: StoredRecording
    /// How far it has come, where it is being written.
    let progress: (bytes: Int, durationMilliseconds: Int64)?

    func write(to writer: inout JSONWriter) {
        writer.member("id", recording.id)
        writer.member("stream", recording.path.description)
        writer.member("liveStream", recording.liveStream)
        writer.member("file", recording.file)
        writer.member("format", recording.format)
        writer.member("state", recording.state.rawValue)
        writer.member("reason", recording.reason)
        writer.member("startedAt", time: UTCTime(recording.begunAt))
        writer.member("endedAt", time: recording.endedAt.map { UTCTime($0) })
        let duration = progress?.durationMilliseconds ?? recording.durationMilliseconds
        writer.member("durationSeconds", Double(duration) / 1_000)
        writer.member("bytes", progress?.bytes ?? recording.bytes)
        writer.member("lostFrames", recording.lostFrames)
        writer.member("url", "\(ServerAPI.prefix)/recordings/\(recording.id)/file")
    }
}
