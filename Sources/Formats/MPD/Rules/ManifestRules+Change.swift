extension ManifestRules {
    /// What is wrong with the step from `previous` to `current`, two states of one description.
    public func findings(
        from previous: MediaPresentationDescription, to current: MediaPresentationDescription
    ) -> [ManifestFinding] {
        guard case .live(let before) = previous.availability, previous != current else { return [] }
        guard before.minimumUpdatePeriod != nil else { return [.changedAfterEnd] }
        var findings: [ManifestFinding] = []
        if case .live(let after) = current.availability {
            if before.availabilityStartTime != after.availabilityStartTime {
                findings.append(.availabilityStartChanged)
            }
            if after.publishTime <= before.publishTime { findings.append(.publishTimeNotIncreased) }
        }
        checkPeriods(from: previous, to: current, &findings)
        checkSegments(from: previous, to: current, &findings)
        return findings
    }

    /// Periods leave at the front and come at the end; those that stay keep their start and what they have.
    private func checkPeriods(
        from previous: MediaPresentationDescription, to current: MediaPresentationDescription,
        _ findings: inout [ManifestFinding]
    ) {
        let kept = previous.periods.drop { period in !current.periods.contains { $0.id == period.id } }
        for (index, period) in kept.enumerated() {
            guard index < current.periods.count, current.periods[index].id == period.id else {
                findings.append(.periodsWithdrawn(period: period.id ?? ""))
                return
            }
            let after = current.periods[index]
            if after.start != period.start { findings.append(.periodMoved(period: period.id ?? "")) }
            if after.memberIDs != period.memberIDs {
                findings.append(.representationsChanged(period: period.id ?? ""))
            }
        }
    }

    private func checkSegments(
        from previous: MediaPresentationDescription, to current: MediaPresentationDescription,
        _ findings: inout [ManifestFinding]
    ) {
        let stretches = current.stretches
        for before in previous.stretches {
            let id = before.representation.id
            guard let after = stretches.first(where: { $0.period.id == before.period.id && $0.representation.id == id })
            else { continue }
            if after.initialization != before.initialization || after.template.media != before.template.media {
                findings.append(.templateChanged(representation: id))
            }
            if let last = before.segments.last, after.segments.last.map({ $0.place.time < last.place.time }) ?? true {
                findings.append(.segmentsWithdrawn(representation: id, from: last.number))
            }
            let isGrowing = before.template.isCompleteWhenAvailable == false
            // By address: where that tells the time, numbers count from the first that is listed.
            let known = Dictionary(after.segments.map { ($0.address, $0.place) }) { first, _ in first }
            for segment in before.segments {
                guard let now = known[segment.address] else { continue }
                // What the last one lasts is known when it is whole.
                let mayGrow = isGrowing && segment == before.segments.last && segment.place.time == now.time
                if segment.place != now, !mayGrow {
                    findings.append(.segmentChanged(representation: id, segment: segment.number))
                }
            }
        }
    }
}

extension Period {
    /// The representations by their sets.
    fileprivate var memberIDs: [[String]] { adaptationSets.map { $0.representations.map(\.id) } }
}
