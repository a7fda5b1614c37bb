/// What players asked for, and how long the answers took until their last byte.
struct RequestTally: Sendable {
    /// Requests that were answered.
    var answered = 0
    /// Answers that were no success.
    var refused = 0
    /// Segments that do not continue the one before, though the playlist does not say so.
    var discontinuous = 0
    /// Playlists that were to come at once.
    var playlists = Histogram()
    /// Initialization sections, segments and parts that were listed.
    var media = Histogram()
    /// Playlists and parts that were asked for before they were there.
    var held = Histogram()

    mutating func add(_ other: RequestTally) {
        answered += other.answered
        refused += other.refused
        discontinuous += other.discontinuous
        playlists.add(other.playlists)
        media.add(other.media)
        held.add(other.held)
    }
}

extension PlaylistFollower.Tally {
    mutating func add(_ other: Self) {
        segments += other.segments
        parts += other.parts
        missed += other.missed
        brokenPromises += other.brokenPromises
        stalls += other.stalls
        stalledNanoseconds += other.stalledNanoseconds
    }

    /// What was counted since an earlier state.
    func since(_ earlier: Self) -> Self {
        Self(
            segments: segments - earlier.segments, parts: parts - earlier.parts, missed: missed - earlier.missed,
            brokenPromises: brokenPromises - earlier.brokenPromises, stalls: stalls - earlier.stalls,
            stalledNanoseconds: stalledNanoseconds - earlier.stalledNanoseconds)
    }
}
