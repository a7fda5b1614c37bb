import CodecParsing
import M3U8
import MPD
import MediaModel
import TextCoding

/// Makes the DASH manifest of what the journal tells.
///
/// The segments are those of HLS under the same names: a cache keeps each once. A template names them by the times at which
/// they begin, which timelines tell. With parts, the segment under construction stands last, as long as the one before it
/// until more is known, and can be fetched while it grows (`@availabilityTimeOffset`). So there is a new manifest with
/// each segment and not with each part, and a player knows of a segment before it has to ask for it.
struct ManifestComposer {
    let journal: ManifestJournal
    let options: SegmentPackager.ManifestOptions
    let namePrefix: String
    /// In seconds; a segment is less than half a second longer.
    let targetDuration: Int
    /// In ticks of 90 kHz; 0 where there are no parts.
    let partTarget: Int64
    let window: Duration
    /// What has been measured of a rendition.
    let measured: (_ rendition: String) -> (bandwidth: Int, frameRate: M3U8.FrameRate?)

    /// The manifest, made at `publishTime` in milliseconds since 1970.
    func manifest(publishTime: Int64, isEnded: Bool) -> MediaPresentationDescription? {
        guard let start = journal.availabilityStart, !journal.stretches.isEmpty else { return nil }
        var live = LiveAvailability(
            availabilityStartTime: UTCTime(millisecondsSince1970: start),
            publishTime: UTCTime(millisecondsSince1970: publishTime))
        if !isEnded { live.minimumUpdatePeriod = updatePeriod }
        live.timeShiftBufferDepth = window
        if partTarget == 0 { live.suggestedPresentationDelay = .seconds(3 * targetDuration) }
        var manifest = MediaPresentationDescription(
            availability: .live(live), minBufferTime: partTarget > 0 ? part * 3 : .seconds(targetDuration))
        manifest.maxSegmentDuration = .seconds(targetDuration) + .milliseconds(500)
        manifest.title = options.title
        if partTarget > 0 { manifest.serviceDescriptions = [serviceDescription] }
        if let address = options.timeAddress {
            manifest.utcTimings = [.utcTiming(isoAddress: address), .utcTiming(xsdateAddress: address)]
        }
        manifest.periods = journal.stretches.indices.map { period(at: $0, availabilityStart: start) }
        if isEnded, let last = journal.stretches.last {
            manifest.mediaPresentationDuration = .milliseconds(last.wallclock - start) + last.duration
        }
        return manifest
    }

    // MARK: Time

    private var part: Duration { .microseconds(partTarget * 100 / 9) }

    /// How often players look for the next segment: with parts often enough to know of it when its first part is there.
    private var updatePeriod: Duration { partTarget > 0 ? part : .seconds(targetDuration) }

    /// How far behind players of low latency are asked to stay.
    ///
    /// Two parts: one is as late as it is long when it can be fetched, and is shown while the next comes. The clock counts
    /// from when the first frame came, which most encoders send later than all others; what they make up for by then is
    /// what the network, the decoder and the player's clock may take.
    private var serviceDescription: ServiceDescription {
        let target = Int(partTarget * 2 / 90)
        return ServiceDescription(
            id: 0,
            latency: .init(
                referenceID: 0, target: target, maximum: max(4 * target, 3000 * targetDuration), minimum: target / 2),
            playbackRate: .init(maximumThousandths: 1040, minimumThousandths: 960))
    }

    // MARK: Periods and sets

    private func period(at index: Int, availabilityStart: Int64) -> Period {
        let stretch = journal.stretches[index]
        let previous = index > 0 && stretch.isContinuous ? journal.stretches[index - 1] : nil
        return Period(
            id: String(stretch.number), start: .milliseconds(stretch.wallclock - availabilityStart),
            adaptationSets: groups(of: stretch).enumerated().map { order, members in
                set(of: members, in: stretch, order: order, continuing: previous)
            })
    }

    /// The members by the sets that they go into: pictures of one coding and one kind of light together, every sound alone.
    private func groups(of stretch: ManifestJournal.Stretch) -> [[ManifestJournal.Member]] {
        var groups: [[ManifestJournal.Member]] = []
        for member in stretch.members {
            let index = groups.firstIndex { group in
                guard let first = group.first, member.track.kind == .video else { return false }
                return first.track.codec == member.track.codec && first.track.dynamicRange == member.track.dynamicRange
            }
            if let index { groups[index].append(member) } else { groups.append([member]) }
        }
        return groups
    }

    private func set(
        of members: [ManifestJournal.Member], in stretch: ManifestJournal.Stretch, order: Int,
        continuing previous: ManifestJournal.Stretch?
    ) -> AdaptationSet {
        guard let first = members.first else { return AdaptationSet() }
        let isSound = first.track.kind == .audio
        var set = AdaptationSet(
            id: Int(first.track.id.number) + (isSound ? 256 : 0), contentType: first.track.kind.rawValue,
            language: first.track.language, isSegmentAligned: true)
        set.format.mimeType = isSound ? "audio/mp4" : "video/mp4"
        if members.allSatisfy(\.isIndependent) { set.format.startWithSAP = 1 }
        let isFirstOfKind = !stretch.members.prefix { $0.name != first.name }.contains { $0.track.kind == .audio }
        set.roles = [.role(!isSound || isFirstOfKind ? "main" : "alternate")]
        if let name = first.track.name, !name.isEmpty { set.descriptors.labels = [name] }
        describe(first.track, in: &set.descriptors)
        if partTarget > 0 {
            set.descriptors.producerReferenceTimes = [
                ProducerReferenceTime(
                    id: 0, wallclockTime: UTCTime(millisecondsSince1970: stretch.wallclock),
                    presentationTime: offset(of: first, in: stretch),
                    utcTiming: options.timeAddress.map { .utcTiming(isoAddress: $0) })
            ]
            set.descriptors.resyncs = [
                Resync(type: 0, longestInterval: Int(Timescale.mpeg.convert(partTarget, to: first.timescale)))
            ]
        }
        if let previous, previous.members.contains(where: { $0.initialization == first.initialization }) {
            set.descriptors.supplementalProperties.append(.periodContinuity(with: String(previous.number)))
        }
        set.representations = members.map { representation(of: $0, in: stretch) }
        set.hoistTemplate()
        if !isSound { set.pictureBounds = bounds(of: set, first.track) }
        return set
    }

    private func describe(_ track: Track, in descriptors: inout RepresentationDescriptors) {
        if let audio = track.configuration.audio,
            let channels = Descriptor.channelConfiguration(channelCount: audio.channelCount)
        {
            descriptors.audioChannelConfigurations = [channels]
        }
        guard let color = track.configuration.video?.color else { return }
        let transfer = Descriptor.transferCharacteristics(color.transferCharacteristics)
        descriptors.supplementalProperties = [
            .colourPrimaries(color.primaries), .matrixCoefficients(color.matrixCoefficients),
        ]
        // Who does not know PQ shows it grey; hybrid log-gamma looks right on every screen.
        if color.dynamicRange == .pq {
            descriptors.essentialProperties = [transfer]
        } else {
            descriptors.supplementalProperties.append(transfer)
        }
    }

    private func bounds(of set: AdaptationSet, _ track: Track) -> AdaptationSet.PictureBounds {
        let formats = set.representations.map(\.format)
        var bounds = AdaptationSet.PictureBounds(
            width: formats.compactMap(\.width).max(), height: formats.compactMap(\.height).max(),
            frameRate: formats.compactMap(\.frameRate).max())
        if let video = track.configuration.video, video.width > 0, video.height > 0 {
            let pixel = video.sampleAspectRatio.map { (Int($0.width), Int($0.height)) } ?? (1, 1)
            bounds.aspectRatio = AspectRatio(width: video.width &* pixel.0, height: video.height &* pixel.1)
        }
        return bounds
    }

    // MARK: Representations

    private func representation(
        of member: ManifestJournal.Member, in stretch: ManifestJournal.Stretch
    ) -> Representation {
        let (bandwidth, frameRate) = measured(member.name)
        var format = RepresentationFormat()
        format.codecs = member.track.configuration.codecString
        if let video = member.track.configuration.video {
            format.width = video.width
            format.height = video.height
            format.sampleAspectRatio = video.sampleAspectRatio.map {
                AspectRatio(width: Int($0.width), height: Int($0.height))
            }
            let declared = video.frameRate.flatMap { $0 > 0 && $0 <= 1000 ? Int(($0 * 1000).rounded()) : nil }
            format.frameRate = (declared ?? frameRate?.thousandths).flatMap(FrameRateFraction.init(thousandths:))
        }
        format.audioSamplingRate = member.track.configuration.audio?.sampleRate
        var template = SegmentTemplate(
            timescale: Int(clamping: member.timescale.ticksPerSecond),
            media: options.base + namePrefix + "$RepresentationID$-"
                + PackagedRendition.unit(member.timescale) + "$Time$.m4s",
            initialization: options.base + member.initialization.abbreviated(as: member.name),
            timeline: partTarget > 0 && stretch.isOpen ? member.timelineWithNext : member.timeline)
        template.presentationTimeOffset = offset(of: member, in: stretch)
        let whole = member.timescale.convert(member.usualDuration, to: .milliseconds)
        let early = Duration.milliseconds(whole) - part
        // The first part of a segment can be fetched when it ends, whether or not the segment is over then.
        if partTarget > 0, early > .zero {
            template.availabilityTimeOffset = early
            template.isCompleteWhenAvailable = false
        }
        return Representation(id: member.name, bandwidth: bandwidth, format: format, segmentTemplate: template)
    }

    /// The media time with which the period begins.
    private func offset(of member: ManifestJournal.Member, in stretch: ManifestJournal.Stretch) -> Int64 {
        Timescale.mpeg.convert(stretch.start, to: member.timescale)
    }
}

extension ManifestJournal.Stretch {
    /// From the beginning to the end of the last whole segment of any rendition.
    fileprivate var duration: Duration {
        let end = members.map { $0.timescale.convert($0.last.end, to: .mpeg) }.max() ?? start
        return .microseconds(Int64(clamping: Int128(end - start) * 100 / 9))
    }
}

extension AdaptationSet {
    /// Lets the set say for all what all representations say alike.
    fileprivate mutating func hoistTemplate() {
        guard let first = representations.first?.segmentTemplate,
            representations.allSatisfy({ $0.segmentTemplate == first })
        else { return }
        segmentTemplate = first
        for index in representations.indices { representations[index].segmentTemplate = nil }
    }
}

extension String {
    /// The name of an initialization section with the rendition's name taken out, so that all of a set are alike.
    fileprivate func abbreviated(as rendition: String) -> String {
        guard let range = range(ofLast: "-\(rendition)-") else { return self }
        return self[..<range.lowerBound] + "-$RepresentationID$-" + self[range.upperBound...]
    }

    private func range(ofLast part: String) -> Range<Index>? {
        ranges(of: part).last
    }
}

extension Track {
    fileprivate var dynamicRange: ColorDescription.DynamicRange {
        configuration.video?.color?.dynamicRange ?? .sdr
    }
}
