import MediaModel
import NIOCore

/// What is in force at a point of a stream.
struct StreamState: Sendable {
    var tracks: [Track] = []
    var metadata: DataMessage?
    /// Grows with every change.
    var version = 0

    /// How many bytes metadata and configurations have together.
    var byteCount: Int { (metadata?.payload.readableBytes ?? 0) + tracks.recordBytes }

    /// Lets an element come into force, and says whether it is one that does.
    @discardableResult
    mutating func take(_ element: StreamElement) -> Bool {
        switch element {
        case .tracks(let tracks): self.tracks = tracks
        case .metadata(let message): metadata = message
        case .frame, .data, .discontinuity: return false
        }
        version += 1
        return true
    }
}
