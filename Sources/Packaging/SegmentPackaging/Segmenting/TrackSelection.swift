import MediaModel

/// Which of the announced tracks go into the output, and why the others do not.
struct TrackSelection {
    let included: [Track]
    let omitted: [OmittedTrack<PackagingOmission>]

    /// Selects from `tracks`.
    ///
    /// The track with the lowest number is the first of its kind.
    init(from tracks: [Track], configuration: SegmentPackager.Configuration) {
        (included, omitted) = OmittedTrack.divide(tracks) { track, included in
            Self.reason(against: track, beside: included, configuration)
        }
    }

    private static func reason(
        against track: Track, beside included: [Track], _ configuration: SegmentPackager.Configuration
    ) -> PackagingOmission? {
        guard included.count < configuration.mostTracks else { return .tooManyTracks }
        if let reason = configuration.container.reason(against: track) { return reason }
        // Several pictures are several files with the same sound; several sounds would be several of each.
        let isFurtherSound = track.kind == .audio && included.contains { $0.kind == .audio }
        return isFurtherSound && configuration.effectiveLayout == .muxed ? .furtherSoundInOneFile : nil
    }
}
