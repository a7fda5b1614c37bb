public import TextCoding

/// Checks what live descriptions promise: pure functions from descriptions, and a moment, to findings.
///
/// The rules are those of ISO/IEC 23009-1 and of the DASH-IF guidelines for live services of low latency that the text
/// shows. What makes a text no description at all is not here but in `ManifestFault`.
public struct ManifestRules: Hashable, Sendable {
    /// How far times may lie apart.
    ///
    /// Default 50 ms, a frame of 20 per second, which is also more than an AAC frame.
    public var tolerance: Duration
    /// How late segments and descriptions may come.
    ///
    /// Default 1 s.
    public var lateness: Duration

    /// Makes rules.
    public init(tolerance: Duration = .milliseconds(50), lateness: Duration = .seconds(1)) {
        self.tolerance = tolerance
        self.lateness = lateness
    }

    /// What is wrong with `manifest` by itself, and at the moment `now` if that is given.
    ///
    /// `isResolvable` tells whether an address can be fetched.
    public func findings(
        in manifest: MediaPresentationDescription, at now: UTCTime? = nil,
        isResolvable: (String) -> Bool = { _ in true }
    ) -> [ManifestFinding] {
        var findings: [ManifestFinding] = []
        if !manifest.profiles.contains(MediaPresentationDescription.liveProfile) { findings.append(.profileMissing) }
        if case .live(let live) = manifest.availability {
            check(live, of: manifest, &findings)
            if let now { check(live, of: manifest, at: now, &findings) }
        }
        checkPeriods(of: manifest, &findings)
        for stretch in manifest.stretches {
            check(stretch, of: manifest, &findings)
            checkAddresses(of: stretch, isResolvable, &findings)
        }
        for period in manifest.periods { checkAlignment(in: period, &findings) }
        return findings
    }

    private func check(
        _ live: LiveAvailability, of manifest: MediaPresentationDescription, _ findings: inout [ManifestFinding]
    ) {
        let isOver = manifest.mediaPresentationDuration != nil || manifest.periods.last?.duration != nil
        if live.minimumUpdatePeriod == nil, !isOver { findings.append(.updatePeriodMissing) }
        if live.minimumUpdatePeriod != nil, isOver { findings.append(.endUnclear) }
        if manifest.utcTimings.isEmpty { findings.append(.utcTimingMissing) }
        if live.timeShiftBufferDepth == nil { findings.append(.timeShiftBufferDepthMissing) }
        guard manifest.stretches.contains(where: { $0.template.isCompleteWhenAvailable == false }) else { return }
        guard let latency = manifest.serviceDescriptions.lazy.compactMap(\.latency).first, let target = latency.target
        else {
            findings.append(.latencyMissing)
            return
        }
        if target < latency.minimum ?? 0 || target > latency.maximum ?? .max { findings.append(.latencyContradictory) }
        if live.suggestedPresentationDelay != nil { findings.append(.delayBesideLatency) }
        for period in manifest.periods {
            let references = period.adaptationSets.flatMap { set in
                set.descriptors.producerReferenceTimes
                    + set.representations.flatMap(\.descriptors.producerReferenceTimes)
            }
            let isFound = references.contains { latency.referenceID == nil || $0.id == latency.referenceID }
            if !isFound { findings.append(.producerReferenceMissing(period: period.id ?? "")) }
        }
    }

    private func checkPeriods(of manifest: MediaPresentationDescription, _ findings: inout [ManifestFinding]) {
        var seen: Set<String> = []
        var previous: Duration?
        for (index, period) in manifest.periods.enumerated() {
            if let id = period.id, !seen.insert(id).inserted { findings.append(.identifierRepeated(id)) }
            if case .live = manifest.availability, period.id == nil || period.start == nil {
                findings.append(.periodIncomplete(index: index))
            }
            if let start = period.start {
                if let previous, start <= previous { findings.append(.periodsOutOfOrder(period: period.id ?? "")) }
                previous = start
            }
            var representations: Set<String> = []
            for set in period.adaptationSets {
                if set.representations.isEmpty { findings.append(.setEmpty(period: period.id ?? "")) }
                for one in set.representations {
                    if !representations.insert(one.id).inserted { findings.append(.identifierRepeated(one.id)) }
                    check(one, of: set, &findings)
                }
            }
        }
    }

    private func check(
        _ representation: Representation, of set: AdaptationSet, _ findings: inout [ManifestFinding]
    ) {
        let (format, shared) = (representation.format, set.format)
        func expect(_ attribute: ManifestAttribute, _ isThere: Bool) {
            if !isThere { findings.append(.attributeMissing(attribute, representation: representation.id)) }
        }
        expect(.contentType, set.contentType != nil)
        expect(.mimeType, format.mimeType ?? shared.mimeType != nil)
        expect(.codecs, format.codecs ?? shared.codecs != nil)
        expect(.bandwidth, representation.bandwidth > 0)
        expect(.startWithSAP, format.startWithSAP ?? shared.startWithSAP != nil)
        switch set.contentType {
        case "video":
            expect(.width, format.width ?? shared.width != nil)
            expect(.height, format.height ?? shared.height != nil)
            expect(.frameRate, format.frameRate ?? shared.frameRate != nil)
        case "audio":
            expect(.audioSamplingRate, format.audioSamplingRate ?? shared.audioSamplingRate != nil)
            let channels =
                representation.descriptors.audioChannelConfigurations + set.descriptors.audioChannelConfigurations
            if channels.isEmpty { findings.append(.channelsMissing(representation: representation.id)) }
        default:
            break
        }
    }

    private func checkAddresses(
        of stretch: Stretch, _ isResolvable: (String) -> Bool, _ findings: inout [ManifestFinding]
    ) {
        if let initialization = stretch.initialization, !isResolvable(initialization) {
            findings.append(.unresolvable(address: initialization))
        }
        for segment in stretch.segments where !isResolvable(segment.address) {
            findings.append(.unresolvable(address: segment.address))
        }
    }
}
