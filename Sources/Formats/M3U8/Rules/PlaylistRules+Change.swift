extension PlaylistRules {
    /// What is wrong with the step from `previous` to `current`, two states of one Media Playlist.
    ///
    /// `interval` is the time between the last new segment and this state, when it is known.
    public func findings(
        from previous: MediaPlaylist, to current: MediaPlaylist, interval: Duration? = nil
    ) -> [PlaylistFinding] {
        var findings: [PlaylistFinding] = []
        if previous.isEnded {
            if current != previous { findings.append(.changedAfterEnd) }
            return findings
        }
        if current.targetDuration != previous.targetDuration {
            findings.append(.targetDurationChanged(from: previous.targetDuration, to: current.targetDuration))
        }
        if current.type != previous.type { findings.append(.typeChanged) }
        if let interval, interval * 2 > .seconds(3 * current.targetDuration) {
            findings.append(.updatedTooLate(after: interval))
        }
        checkSegments(from: previous, to: current, &findings)
        checkParts(from: previous, to: current, &findings)
        return findings
    }

    private func checkSegments(
        from previous: MediaPlaylist, to current: MediaPlaylist, _ findings: inout [PlaylistFinding]
    ) {
        let removed = current.mediaSequence - previous.mediaSequence
        guard removed >= 0 else {
            findings.append(.mediaSequenceDecreased(from: previous.mediaSequence, to: current.mediaSequence))
            return
        }
        guard removed <= previous.skippedSegments &+ previous.segments.count else {
            findings.append(.segmentsSkipped(from: previous.endSequence, to: current.mediaSequence))
            return
        }
        if removed > 0, !numbersFromZero { checkReach(of: current, &findings) }
        let discontinuities = previous.segments.prefix(removed).count { $0.isDiscontinuous }
        let expected = previous.discontinuitySequence + discontinuities
        // Of those that a delta update leaves out nobody knows.
        if previous.skippedSegments == 0, current.discontinuitySequence != expected {
            findings.append(.discontinuitySequenceWrong(expected: expected, found: current.discontinuitySequence))
        }
        let begin = max(previous.listedSequence, current.listedSequence)
        let kept = zip(
            previous.segments.dropFirst(begin - previous.listedSequence),
            current.segments.dropFirst(begin - current.listedSequence))
        for (number, (before, after)) in zip(begin..., kept) where !isSame(before, after) {
            findings.append(.segmentChanged(segment: number))
        }
        if current.endSequence < previous.endSequence {
            findings.append(.segmentsWithdrawn(from: current.endSequence))
        }
    }

    /// Parts may go, which is held against other rules; a gap may change its reference to an initialization section, because nothing is read with it.
    private func isSame(_ before: MediaSegment, _ after: MediaSegment) -> Bool {
        var before = before
        before.parts = after.parts
        if before.isGap, after.isGap { before.initialization = after.initialization }
        return before == after
    }
}
