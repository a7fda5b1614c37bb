import MediaModel
public import Recording
import RecordingPlan

extension EventFeed {
    /// Tells that a recording has begun with a file, or that a file has its end.
    public func recordingChanged(_ event: RecordingEvent) {
        switch event {
        case .begun(let facts):
            publish("recording.started", application: facts.path.application) { facts.write(to: &$0) }
        case .ended(let facts, let outcome):
            var name = "recording.ended"
            if case .failed = outcome.cause { name = "recording.failed" }
            publish(name, application: facts.path.application) { writer in
                facts.write(to: &writer)
                writer.member("reason", outcome.reason)
                writer.member("durationSeconds", Double(outcome.durationMilliseconds) / 1_000)
                writer.member("bytes", outcome.bytes)
                writer.member("lostFrames", outcome.lostFrames)
            }
        }
    }
}

extension RecordingFacts {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("stream", path.description)
        writer.member("recording", id)
        writer.member("file", file)
        writer.member("format", format.rawValue)
    }
}
