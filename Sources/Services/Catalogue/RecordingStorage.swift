public import MediaModel

/// What the server keeps of recordings.
///
/// Each function is one transaction, as with all of the catalogue.
public protocol RecordingStorage: Sendable {
    /// Writes down a recording, in place of an entry of the same id; an entry's live stream stays, and a new entry gets the
    /// one that is set up under its path.
    func keepRecording(_ recording: StoredRecording) async throws
    /// The recording of this id.
    func recording(_ id: StoredRecording.ID) async throws -> StoredRecording?
    /// Recordings, the newest first.
    ///
    /// - Parameters:
    ///   - request: which part; its search is without effect.
    ///   - path: of this stream only.
    func recordings(_ request: PageRequest, of path: StreamPath?) async throws -> Page<StoredRecording>
    /// Those that are being written, by what is written down.
    func openRecordings() async throws -> [StoredRecording]
    /// Removes an entry; `false` when there was none.
    func removeRecording(_ id: StoredRecording.ID) async throws -> Bool
}
