import MediaModel

/// Which of the announced tracks go into the output, and why the others do not.
struct TrackSelection {
    let included: [Track]
    let omitted: [OmittedTrack]

    /// Selects from `tracks`.
    ///
    /// The track with the lowest number is the first of its kind.
    init(from tracks: [Track], configuration: SegmentPackager.Configuration) {
        var included: [Track] = []
        var omitted: [OmittedTrack] = []
        for track in tracks.sorted(by: { $0.id < $1.id }) {
            if let reason = Self.reason(against: track, beside: included, configuration) {
                omitted.append(OmittedTrack(id: track.id, codec: track.codec, reason: reason))
            } else {
                included.append(track)
            }
        }
        self.included = included
        self.omitted = omitted
    }

    private static func reason(
        against track: Track, beside included: [Track], _ configuration: SegmentPackager.Configuration
    ) -> OmittedTrack.Reason? {
        guard included.count < configuration.mostTracks else { return .tooManyTracks }
        if let reason = configuration.container.reason(against: track) { return reason }
        // Several pictures are several files with the same sound; several sounds would be several of each.
        let isFurtherSound = track.kind == .audio && included.contains { $0.kind == .audio }
        return isFurtherSound && configuration.effectiveLayout == .muxed ? .furtherSoundInOneFile : nil
    }
}
