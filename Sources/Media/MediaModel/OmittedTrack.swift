/// A track of a stream that an output leaves out, and why; each kind of output has reasons of its own.
public struct OmittedTrack<Reason: Hashable & Sendable>: Hashable, Sendable {
    /// Which track.
    public let id: Track.ID
    /// How it is coded.
    public let codec: Codec
    /// Why it is left out.
    public let reason: Reason

    /// Makes an account of a track that is left out.
    public init(id: Track.ID, codec: Codec, reason: Reason) {
        self.id = id
        self.codec = codec
        self.reason = reason
    }

    /// Divides the tracks of a stream into those that an output carries and those that it leaves out.
    ///
    /// - Parameters:
    ///   - tracks: all of them, in whatever order.
    ///   - reason: why a track is left out where the others are carried that came before it, in the order of their
    ///     numbers; `nil` for one that is carried too.
    public static func divide(
        _ tracks: [Track], by reason: (_ track: Track, _ carried: [Track]) -> Reason?
    ) -> (carried: [Track], omitted: [Self]) {
        var carried: [Track] = []
        var omitted: [Self] = []
        for track in tracks.sorted(by: { $0.id < $1.id }) {
            if let reason = reason(track, carried) {
                omitted.append(Self(id: track.id, codec: track.codec, reason: reason))
            } else {
                carried.append(track)
            }
        }
        return (carried, omitted)
    }
}
