extension PlaylistRules {
    /// A Media Playlist of a presentation and the sample formats in its initialization sections or segments.
    public struct PresentedPlaylist: Sendable {
        /// The address by which the Multivariant Playlist names it.
        public var uri: String
        /// Its state at the same moment as the others.
        public var playlist: MediaPlaylist
        /// What it carries, as RFC 6381 writes it.
        public var codecs: [String]
        /// The dynamic range of its pictures, where that is known.
        public var videoRange: VideoRange?

        /// Makes a playlist of a presentation.
        public init(uri: String, playlist: MediaPlaylist, codecs: [String], videoRange: VideoRange? = nil) {
            self.uri = uri
            self.playlist = playlist
            self.codecs = codecs
            self.videoRange = videoRange
        }
    }

    /// What is wrong between a Multivariant Playlist and its Media Playlists, all of the same moment.
    public func findings(
        in multivariant: MultivariantPlaylist, with playlists: [PresentedPlaylist]
    ) -> [PlaylistFinding] {
        var findings: [PlaylistFinding] = []
        checkRenditions(of: multivariant, &findings)
        checkVariants(of: multivariant, &findings)
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
        let declared = variant.videoRange ?? .standard
        if let found = playlists.first(where: { $0.uri == variant.uri })?.videoRange, found != declared {
            findings.append(.videoRangeWrong(uri: variant.uri, declared: declared, found: found))
        }
    }

    /// What the renditions of a group must not have in common, and what each must say.
    private func checkRenditions(of multivariant: MultivariantPlaylist, _ findings: inout [PlaylistFinding]) {
        struct Member: Hashable {
            var kind: Rendition.Kind
            var group: String
            var name: String?
        }
        var names: Set<Member> = []
        var defaults: Set<Member> = []
        for rendition in multivariant.renditions {
            let (group, name) = (rendition.groupID, rendition.name)
            if !names.insert(Member(kind: rendition.kind, group: group, name: name)).inserted {
                findings.append(.renditionNameRepeated(group: group, name: name))
            }
            if rendition.isDefault, !defaults.insert(Member(kind: rendition.kind, group: group)).inserted {
                findings.append(.severalDefaultRenditions(group: group))
            }
            if rendition.kind == .audio, rendition.channels == nil {
                findings.append(.channelsMissing(group: group, name: name))
            }
        }
    }

    private func checkVariants(of multivariant: MultivariantPlaylist, _ findings: inout [PlaylistFinding]) {
        struct Choice: Hashable {
            var uri: String
            var audioGroup: String?
        }
        var choices: Set<Choice> = []
        for variant in multivariant.variants {
            let uri = variant.uri
            if !choices.insert(Choice(uri: uri, audioGroup: variant.audioGroup)).inserted {
                findings.append(.variantRepeated(uri: uri))
            }
            if let average = variant.averageBandwidth, average > variant.bandwidth {
                findings.append(.averageAbovePeak(uri: uri, average: average, peak: variant.bandwidth))
            }
            guard variant.codecs.contains(where: Self.isOfPictures) else { continue }
            if variant.resolution == nil { findings.append(.resolutionMissing(uri: uri)) }
            if variant.frameRate == nil { findings.append(.frameRateMissing(uri: uri)) }
        }
    }

    private static func isOfPictures(_ codec: String) -> Bool {
        let sampleEntry = codec.prefix { $0 != "." }
        return ["avc1", "avc3", "hvc1", "hev1", "vvc1", "vvi1", "av01", "vp08", "vp09"].contains(sampleEntry)
    }

    private func checkAlignment(
        of other: PresentedPlaylist, with first: MediaPlaylist, _ findings: inout [PlaylistFinding]
    ) {
        if other.playlist.targetDuration != first.targetDuration {
            findings.append(.targetDurationsDiffer(uri: other.uri))
        }
        let begin = max(first.listedSequence, other.playlist.listedSequence)
        let end = min(first.endSequence, other.playlist.endSequence)
        guard begin < end else { return }
        var drift = Duration.zero
        var wasDiscontinuous = true
        // How many discontinuities are among those that a delta update leaves out nobody knows.
        let areDiscontinuitiesKnown = first.skippedSegments == 0 && other.playlist.skippedSegments == 0
        for number in begin..<end {
            let one = first.segments[number - first.listedSequence]
            let two = other.playlist.segments[number - other.playlist.listedSequence]
            if areDiscontinuitiesKnown,
                first.discontinuityNumber(at: number) != other.playlist.discontinuityNumber(at: number)
            {
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
    /// The Discontinuity Sequence Number of a listed segment, in a playlist that leaves nothing out.
    fileprivate func discontinuityNumber(at number: Int) -> Int {
        discontinuitySequence + segments.prefix(number - mediaSequence + 1).count { $0.isDiscontinuous }
    }
}
