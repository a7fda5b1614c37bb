extension PlaylistRules {
    /// A Media Playlist of a presentation and the sample formats in its initialization sections or segments.
    public struct PresentedPlaylist: Sendable {
        /// The address by which the Multivariant Playlist names it.
        public var uri: String
        /// Its state at the same moment as the others.
        public var playlist: MediaPlaylist
        /// What it carries, as RFC 6381 writes it.
        public var codecs: [String]

        /// Makes a playlist of a presentation.
        public init(uri: String, playlist: MediaPlaylist, codecs: [String]) {
            self.uri = uri
            self.playlist = playlist
            self.codecs = codecs
        }
    }

    /// What is wrong between a Multivariant Playlist and its Media Playlists, all of the same moment.
    public func findings(
        in multivariant: MultivariantPlaylist, with playlists: [PresentedPlaylist]
    ) -> [PlaylistFinding] {
        var findings: [PlaylistFinding] = []
        for variant in multivariant.variants { check(variant, of: multivariant, playlists, &findings) }
        guard let first = playlists.first else { return findings }
        for other in playlists.dropFirst() { checkAlignment(of: other, with: first.playlist, &findings) }
        return findings
    }

    private func check(
        _ variant: VariantStream, of multivariant: MultivariantPlaylist, _ playlists: [PresentedPlaylist],
        _ findings: inout [PlaylistFinding]
    ) {
        var uris = [variant.uri]
        if let group = variant.audioGroup {
            let renditions = multivariant.renditions.filter { $0.kind == .audio && $0.groupID == group }
            if renditions.isEmpty { findings.append(.audioGroupMissing(group)) }
            uris += renditions.compactMap(\.uri)
        }
        for uri in uris where !playlists.contains(where: { $0.uri == uri }) { findings.append(.unresolvable(uri: uri)) }
        let carried = Set(playlists.filter { uris.contains($0.uri) }.flatMap(\.codecs))
        for codec in carried.subtracting(variant.codecs).sorted() {
            findings.append(.codecUndeclared(uri: variant.uri, codec: codec))
        }
        for codec in Set(variant.codecs).subtracting(carried).sorted() {
            findings.append(.codecUnused(uri: variant.uri, codec: codec))
        }
    }

    private func checkAlignment(
        of other: PresentedPlaylist, with first: MediaPlaylist, _ findings: inout [PlaylistFinding]
    ) {
        if other.playlist.targetDuration != first.targetDuration {
            findings.append(.targetDurationsDiffer(uri: other.uri))
        }
        let begin = max(first.mediaSequence, other.playlist.mediaSequence)
        let end = min(first.endSequence, other.playlist.endSequence)
        guard begin < end else { return }
        var drift = Duration.zero
        var wasDiscontinuous = true
        for number in begin..<end {
            let one = first.segments[number - first.mediaSequence]
            let two = other.playlist.segments[number - other.playlist.mediaSequence]
            if first.discontinuityNumber(at: number) != other.playlist.discontinuityNumber(at: number) {
                findings.append(.discontinuitiesDiffer(uri: other.uri, segment: number))
                return
            }
            if one.isDiscontinuous { wasDiscontinuous = true }
            // Where wallclock times are known they tell the drift; else lengths add up to it from a discontinuity on.
            if let left = one.programDateTime, let right = two.programDateTime {
                drift = .milliseconds(right.millisecondsSince1970 - left.millisecondsSince1970)
            } else if wasDiscontinuous {
                drift = .zero
            }
            wasDiscontinuous = false
            drift += two.duration - one.duration
            if abs(drift) > tolerance { findings.append(.boundariesDiffer(uri: other.uri, segment: number)) }
        }
    }
}

extension MediaPlaylist {
    /// The Discontinuity Sequence Number of a listed segment.
    fileprivate func discontinuityNumber(at number: Int) -> Int {
        discontinuitySequence + segments.prefix(number - mediaSequence + 1).count { $0.isDiscontinuous }
    }
}
