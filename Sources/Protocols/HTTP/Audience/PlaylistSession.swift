import EndpointCore

/// A viewer of playlists as the API sees it.
///
/// What it has carried is not known: segments are asked for without a name, and may come out of a cache.
final class PlaylistSession: OpenSession {
    private let key: ViewerTable.Key
    private weak var audience: PlaylistAudience?

    init(_ key: ViewerTable.Key, of audience: PlaylistAudience) {
        self.key = key
        self.audience = audience
    }

    var reading: SessionReading? {
        audience?.session(key).map { SessionReading(state: .playing, address: $0.address) }
    }

    /// A player of playlists has no connection to be closed: it is refused until it asks no more.
    func end(because reason: String) {
        audience?.end(key)
    }
}
