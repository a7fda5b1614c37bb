/// What holds of playlists with parts (RFC 8216bis §4.4.3.7, §4.4.3.8, §4.4.4.9 and §4.4.5.3).
extension PlaylistRules {
    /// The least part of the part target that a part within a segment must last, in percent.
    private static let leastPercent = 85

    func checkParts(of playlist: MediaPlaylist, _ findings: inout [PlaylistFinding]) {
        checkServerControl(of: playlist, &findings)
        let open = playlist.segmentUnderConstruction
        let hasParts = open != nil || playlist.segments.contains { !$0.parts.isEmpty }
        if playlist.isEnded, !playlist.preloadHints.isEmpty { findings.append(.hintBehindEnd) }
        guard let target = playlist.partTarget else {
            if hasParts { findings.append(.partTargetMissing) }
            return
        }
        if !playlist.isEnded, hasParts, !playlist.preloadHints.contains(where: { $0.kind == .part }) {
            findings.append(.hintMissing)
        }
        let last = playlist.endSequence - 1
        var distance = Duration.zero
        for (number, segment) in zip(0..., playlist.segments.reversed()).map({ (last - $0, $1) }) {
            check(segment.parts, of: number, isWhole: true, target, &findings)
            if !segment.parts.isEmpty {
                let sum = segment.parts.reduce(Duration.zero) { $0 + $1.duration }
                if abs(sum - segment.duration) > .milliseconds(1) {
                    findings.append(.partsDoNotAddUp(segment: number, parts: sum, whole: segment.duration))
                }
                if distance > .seconds(4 * playlist.targetDuration) { findings.append(.partsTooOld(segment: number)) }
            }
            distance += segment.duration
        }
        check(open?.parts ?? [], of: last + 1, isWhole: false, target, &findings)
    }

    private func check(
        _ parts: [PartialSegment], of segment: Int, isWhole: Bool, _ target: Duration,
        _ findings: inout [PlaylistFinding]
    ) {
        for (index, part) in parts.enumerated() {
            if part.duration > target {
                findings.append(.partLongerThanTarget(segment: segment, part: index, duration: part.duration))
            }
            // The last may be short, and of a segment that is not whole nobody knows which is the last.
            let isLast = index == parts.count - 1
            guard !isLast, !part.isGap, !parts[index + 1].isGap, !part.isIndependent else { continue }
            if part.duration * 100 < target * Self.leastPercent {
                findings.append(.partTooShort(segment: segment, part: index, duration: part.duration))
            }
        }
    }

    private func checkServerControl(of playlist: MediaPlaylist, _ findings: inout [PlaylistFinding]) {
        let control = playlist.serverControl
        let target = Duration.seconds(playlist.targetDuration)
        if let part = playlist.partTarget {
            // Twice is what must be; three times is what should be, and what Apple asks for (14.3).
            let found = control?.partHoldBack ?? .zero
            if found < part * 3 { findings.append(.partHoldBackTooShort(found)) }
        }
        if let found = control?.holdBack, found < target * 3 { findings.append(.holdBackTooShort(found)) }
        if let found = control?.canSkipUntil, found < target * 6 { findings.append(.skipBoundaryTooNear(found)) }
    }

    /// Parts may leave the playlist all together, and come at the end of a segment that is not whole.
    func checkParts(
        from previous: MediaPlaylist, to current: MediaPlaylist, _ findings: inout [PlaylistFinding]
    ) {
        if previous.partTarget != current.partTarget { findings.append(.partTargetChanged) }
        for (number, before) in zip(
            previous.listedSequence..., previous.segments + [previous.segmentUnderConstruction].compactMap(\.self))
        {
            let after: MediaSegment?
            if number == current.endSequence {
                after = current.segmentUnderConstruction
            } else if number >= current.listedSequence, number < current.endSequence {
                after = current.segments[number - current.listedSequence]
            } else {
                // What is not listed any more, or what a delta update leaves out.
                continue
            }
            let isOpen = number == previous.endSequence
            let parts = after?.parts ?? []
            let isKept = isOpen ? parts.starts(with: before.parts) : parts == before.parts || parts.isEmpty
            if !isKept { findings.append(.partsChanged(segment: number)) }
        }
    }
}
