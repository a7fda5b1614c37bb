/// Checks what playlists promise, as `mediastreamvalidator` does: pure functions from playlists to findings.
///
/// The rules are those of RFC 8216bis for servers (§6.2) and the measurable ones of Apple's authoring specification. What
/// makes a text no playlist at all is not here but in `PlaylistFault`.
public struct PlaylistRules: Hashable, Sendable {
    /// How far boundaries and wallclock times may lie apart: a frame.
    ///
    /// Default 50 ms, a frame of 20 per second, which is also more than an AAC frame.
    public var tolerance: Duration
    /// The fewest segments of a live playlist that slides.
    ///
    /// Default 6 (Apple 8.11); 3 satisfies RFC 8216bis.
    public var fewestSegments: Int

    /// Whether the first segment of a stream has the number 0, so that a playlist which begins with another slides.
    ///
    /// Default yes. Where numbers begin anywhere, only a change tells that a playlist slides.
    public var numbersFromZero = true

    /// Makes rules.
    public init(tolerance: Duration = .milliseconds(50), fewestSegments: Int = 6) {
        self.tolerance = tolerance
        self.fewestSegments = fewestSegments
    }

    /// What is wrong with `playlist` by itself.
    ///
    /// `isResolvable` tells whether a URI can be fetched.
    public func findings(
        in playlist: MediaPlaylist, isResolvable: (String) -> Bool = { _ in true }
    ) -> [PlaylistFinding] {
        var findings: [PlaylistFinding] = []
        if let declared = playlist.divergentVersion {
            let required = playlist.requiredVersion
            findings.append(
                declared < required
                    ? .versionTooLow(declared: declared, required: required)
                    : .versionTooHigh(declared: declared, required: required))
        }
        checkLengths(of: playlist, &findings)
        checkDates(of: playlist, &findings)
        checkAddresses(of: playlist, isResolvable, &findings)
        checkParts(of: playlist, &findings)
        return findings
    }

    private func checkLengths(of playlist: MediaPlaylist, _ findings: inout [PlaylistFinding]) {
        // An EXTINF rounds up from the half second on.
        let bound = Duration.seconds(playlist.targetDuration) + .milliseconds(500)
        for (number, segment) in zip(playlist.mediaSequence..., playlist.segments) {
            if segment.duration >= bound {
                findings.append(.segmentLongerThanTarget(segment: number, duration: segment.duration))
            }
            if segment.duration <= .zero { findings.append(.segmentWithoutLength(segment: number)) }
        }
        if numbersFromZero, playlist.mediaSequence > 0 { checkReach(of: playlist, &findings) }
    }

    /// What a playlist that slides must still list; one that grows has nothing to keep.
    func checkReach(of playlist: MediaPlaylist, _ findings: inout [PlaylistFinding]) {
        guard playlist.type == nil, !playlist.isEnded else { return }
        if playlist.duration < .seconds(3 * playlist.targetDuration) {
            findings.append(.playlistTooShort(playlist.duration))
        }
        if playlist.segments.count < fewestSegments { findings.append(.tooFewSegments(playlist.segments.count)) }
    }

    private func checkDates(of playlist: MediaPlaylist, _ findings: inout [PlaylistFinding]) {
        var expected: Duration?
        for (number, segment) in zip(playlist.mediaSequence..., playlist.segments) {
            if segment.isDiscontinuous { expected = nil }
            if let date = segment.programDateTime {
                let found = Duration.milliseconds(date.millisecondsSince1970)
                if let expected, abs(found - expected) > tolerance {
                    let (seconds, attoseconds) = (found - expected).components
                    findings.append(
                        .programDateTimeInconsistent(
                            segment: number,
                            offByMilliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
                }
                // Each is held against the first one, so that small errors cannot add up unseen.
                if expected == nil { expected = found }
            } else if playlist.type == nil, segment.isDiscontinuous || number == playlist.mediaSequence {
                findings.append(.programDateTimeMissing(segment: number))
            }
            expected = expected.map { $0 + segment.duration }
        }
    }

    private func checkAddresses(
        of playlist: MediaPlaylist, _ isResolvable: (String) -> Bool, _ findings: inout [PlaylistFinding]
    ) {
        let isFragmented = playlist.segments.contains { $0.initialization != nil || hasFragmentName($0.uri) }
        var checked: Set<String> = []
        for (number, segment) in zip(playlist.mediaSequence..., playlist.segments) where !segment.isGap {
            if isFragmented, segment.initialization == nil { findings.append(.initializationMissing(segment: number)) }
            if let uri = segment.initialization?.uri, checked.insert(uri).inserted, !isResolvable(uri) {
                findings.append(.unresolvable(uri: uri))
            }
            if !isResolvable(segment.uri) { findings.append(.unresolvable(uri: segment.uri)) }
        }
    }

    private func hasFragmentName(_ uri: String) -> Bool {
        let path = uri.prefix { $0 != "?" && $0 != "#" }
        return path.hasSuffix(".m4s") || path.hasSuffix(".mp4") || path.hasSuffix(".cmfv") || path.hasSuffix(".cmfa")
    }

    func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
}
