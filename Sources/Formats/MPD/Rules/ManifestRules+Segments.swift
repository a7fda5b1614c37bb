import TextCoding

/// One representation through one period, with the template that is in force for it.
struct Stretch {
    let period: Period
    let set: AdaptationSet
    let representation: Representation
    let template: SegmentTemplate
    let segments: [SegmentTemplate.Segment]

    var initialization: String? {
        template.initialization.flatMap {
            SegmentTemplate.address(
                $0, .init(representationID: representation.id, bandwidth: representation.bandwidth))
        }
    }

    /// A number of ticks as a length of time, to the microsecond.
    func duration(_ ticks: Int64) -> Duration {
        .microseconds(Int64(clamping: Int128(ticks) * 1_000_000 / Int128(max(1, template.timescale))))
    }

    /// A place of the media timeline, counted from the start of availability.
    func position(_ time: Int64) -> Duration {
        (period.start ?? .zero) + duration(time) - duration(template.presentationTimeOffset ?? 0)
    }
}

extension MediaPresentationDescription {
    /// Every representation of every period whose segments can be named.
    var stretches: [Stretch] {
        periods.flatMap { period in
            period.adaptationSets.flatMap { set in
                set.representations.compactMap { representation in
                    guard let template = representation.segmentTemplate ?? set.segmentTemplate,
                        let segments = template.segments(of: representation)
                    else { return nil }
                    return Stretch(
                        period: period, set: set, representation: representation, template: template,
                        segments: segments)
                }
            }
        }
    }
}

extension ManifestRules {
    func check(
        _ stretch: Stretch, of manifest: MediaPresentationDescription, _ findings: inout [ManifestFinding]
    ) {
        let id = stretch.representation.id
        if stretch.segments.isEmpty || stretch.initialization == nil {
            findings.append(.templateUnusable(representation: id))
        }
        var end: Int64?
        for segment in stretch.segments {
            if let end, segment.place.time < end {
                findings.append(.segmentsOverlap(representation: id, segment: segment.number))
            }
            end = segment.place.end
            if segment.place.duration <= 0 {
                findings.append(.segmentWithoutLength(representation: id, segment: segment.number))
            }
            if let longest = manifest.maxSegmentDuration, stretch.duration(segment.place.duration) > longest {
                findings.append(.segmentTooLong(representation: id, segment: segment.number))
            }
            if stretch.position(segment.place.time) + tolerance < stretch.period.start ?? .zero {
                findings.append(.segmentBeforePeriod(representation: id, segment: segment.number))
            }
        }
        let isEarly = (stretch.template.availabilityTimeOffset ?? .zero) > .zero
        if isEarly != (stretch.template.isCompleteWhenAvailable == false) {
            findings.append(.availabilityUnclear(representation: id))
        }
        // The last one may still grow, and a short one may end an epoch.
        let longest = stretch.segments.map(\.place.duration).max() ?? 0
        if isEarly, let offset = stretch.template.availabilityTimeOffset, stretch.segments.count > 2,
            offset >= stretch.duration(longest)
        {
            findings.append(.availableBeforeBegun(representation: id))
        }
    }

    func checkAlignment(in period: Period, _ findings: inout [ManifestFinding]) {
        for set in period.adaptationSets where set.representations.count > 1 {
            guard set.isSegmentAligned else {
                findings.append(.alignmentMissing(period: period.id ?? ""))
                continue
            }
            var starts: [Int: Duration] = [:]
            for representation in set.representations {
                guard let template = representation.segmentTemplate ?? set.segmentTemplate,
                    let segments = template.segments(of: representation)
                else {
                    findings.append(.templateUnusable(representation: representation.id))
                    continue
                }
                let stretch = Stretch(
                    period: period, set: set, representation: representation, template: template, segments: segments)
                for segment in segments {
                    let start = stretch.position(segment.place.time)
                    let other = starts[segment.number] ?? start
                    starts[segment.number] = other
                    if abs(start - other) > tolerance {
                        findings.append(
                            .segmentsNotAligned(representation: representation.id, segment: segment.number))
                    }
                }
            }
        }
    }

    /// Holds the segments against the clock: none too early, and none missing.
    func check(
        _ live: LiveAvailability, of manifest: MediaPresentationDescription, at now: UTCTime,
        _ findings: inout [ManifestFinding]
    ) {
        let elapsed = Duration.milliseconds(
            now.millisecondsSince1970 - live.availabilityStartTime.millisecondsSince1970)
        let published = Duration.milliseconds(now.millisecondsSince1970 - live.publishTime.millisecondsSince1970)
        if published < .zero - tolerance { findings.append(.publishedInFuture(by: .zero - published)) }
        for stretch in manifest.stretches {
            let id = stretch.representation.id
            let offset = stretch.template.availabilityTimeOffset ?? .zero
            for segment in stretch.segments {
                let wait = stretch.position(segment.place.end) - offset - elapsed
                if wait > lateness {
                    findings.append(.segmentListedTooEarly(representation: id, segment: segment.number, by: wait))
                }
            }
            guard stretch.period.id == manifest.periods.last?.id, live.minimumUpdatePeriod != nil,
                let last = stretch.segments.last, let longest = stretch.segments.map(\.place.duration).max()
            else { continue }
            // The next one may be as long as the longest, and a half.
            let late = elapsed - (stretch.position(last.place.end) + stretch.duration(longest) * 3 / 2)
            if late > lateness { findings.append(.segmentLate(representation: id, by: late)) }
        }
    }

    func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
}
