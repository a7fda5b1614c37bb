import TextCoding

extension MediaPresentationDescription {
    /// Reads a description from bytes, which must be UTF-8.
    public init(bytes: some Sequence<UInt8>, limits: ManifestLimits = ManifestLimits()) throws(ManifestFault) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        try self.init(text, limits: limits)
    }

    /// Reads a description.
    ///
    /// Elements and attributes that are not known are passed over.
    public init(_ text: String, limits: ManifestLimits = ManifestLimits()) throws(ManifestFault) {
        let document = try XMLReader.read(text, limits: limits)
        guard let root = ElementReader(document, .mpd), root.string(.xmlns) == Self.namespace else {
            throw .noDescription
        }
        self.init(
            profiles: try root.require(.profiles, root.string(.profiles)).split(separator: ",").map { name in
                String(name.drop { $0 == " " }.prefix { $0 != " " })
            },
            availability: try Availability(root),
            minBufferTime: try root.require(.minBufferTime, root.duration(.minBufferTime)))
        mediaPresentationDuration = try root.duration(.mediaPresentationDuration)
        maxSegmentDuration = try root.duration(.maxSegmentDuration)
        title = root.child(.programInformation)?.child(.title)?.text
        baseURLs = root.children(.baseURL).map(\.text)
        serviceDescriptions = try root.children(.serviceDescription).map(ServiceDescription.init)
        periods = try root.children(.period).map(Period.init)
        guard !periods.isEmpty else { throw .missingElement(.period, of: .mpd) }
        utcTimings = try root.children(.utcTiming).map(Descriptor.init)
    }
}

extension Availability {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        switch element.string(.type) {
        case "static", nil:
            self = .onDemand
        case "dynamic":
            var live = LiveAvailability(
                availabilityStartTime: try element.require(
                    .availabilityStartTime, element.time(.availabilityStartTime)),
                publishTime: try element.require(.publishTime, element.time(.publishTime)))
            live.minimumUpdatePeriod = try element.duration(.minimumUpdatePeriod)
            live.timeShiftBufferDepth = try element.duration(.timeShiftBufferDepth)
            live.suggestedPresentationDelay = try element.duration(.suggestedPresentationDelay)
            self = .live(live)
        default:
            throw .malformedAttribute(.type, of: element.name)
        }
    }
}

extension Period {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(
            id: element.string(.id), start: try element.duration(.start), duration: try element.duration(.duration),
            adaptationSets: try element.children(.adaptationSet).map(AdaptationSet.init))
    }
}

extension AdaptationSet {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(
            id: try element.count(.id), contentType: element.string(.contentType), language: element.string(.lang),
            isSegmentAligned: try element.flag(.segmentAlignment) ?? false,
            representations: try element.children(.representation).map(Representation.init))
        let bounds = PictureBounds(
            width: try element.count(.maxWidth), height: try element.count(.maxHeight),
            frameRate: try element.frameRate(.maxFrameRate), aspectRatio: try element.aspectRatio(.par))
        if bounds != PictureBounds() { pictureBounds = bounds }
        roles = try element.children(.role).map(Descriptor.init)
        format = try RepresentationFormat(element)
        descriptors = try RepresentationDescriptors(element)
        segmentTemplate = try element.child(.segmentTemplate).map(SegmentTemplate.init)
    }
}

extension Representation {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(
            id: try element.require(.id, element.string(.id)),
            bandwidth: try element.require(.bandwidth, element.count(.bandwidth)),
            format: try RepresentationFormat(element),
            segmentTemplate: try element.child(.segmentTemplate).map(SegmentTemplate.init))
        descriptors = try RepresentationDescriptors(element)
    }
}

extension RepresentationFormat {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init()
        mimeType = element.string(.mimeType)
        codecs = element.string(.codecs)
        width = try element.count(.width)
        height = try element.count(.height)
        sampleAspectRatio = try element.aspectRatio(.sar)
        frameRate = try element.frameRate(.frameRate)
        audioSamplingRate = try element.count(.audioSamplingRate)
        startWithSAP = try element.count(.startWithSAP)
    }
}

extension RepresentationDescriptors {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init()
        audioChannelConfigurations = try element.children(.audioChannelConfiguration).map(Descriptor.init)
        essentialProperties = try element.children(.essentialProperty).map(Descriptor.init)
        supplementalProperties = try element.children(.supplementalProperty).map(Descriptor.init)
        labels = element.children(.label).map(\.text)
        producerReferenceTimes = try element.children(.producerReferenceTime).map(ProducerReferenceTime.init)
        resyncs = try element.children(.resync).map(Resync.init)
    }
}

extension Descriptor {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(
            scheme: try element.require(.schemeIdUri, element.string(.schemeIdUri)), value: element.string(.value),
            id: element.string(.id))
    }
}

extension Resync {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(type: try element.count(.type) ?? 0, longestInterval: try element.count(.dT))
    }
}

extension ServiceDescription {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(id: try element.count(.id))
        if let child = element.child(.latency) {
            latency = Latency(
                referenceID: try child.count(.referenceId), target: try child.count(.target),
                maximum: try child.count(.max), minimum: try child.count(.min))
        }
        if let child = element.child(.playbackRate) {
            playbackRate = PlaybackRate(
                maximumThousandths: try child.thousandths(.max), minimumThousandths: try child.thousandths(.min))
        }
    }
}

extension ProducerReferenceTime {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(
            id: try element.require(.id, element.count(.id)),
            event: try element.value(.type, Event.init(rawValue:)) ?? .encoder,
            isInband: try element.flag(.inband) ?? false,
            wallclockTime: try element.require(.wallClockTime, element.time(.wallClockTime)),
            presentationTime: try element.require(.presentationTime, element.ticks(.presentationTime)),
            utcTiming: try element.child(.utcTiming).map(Descriptor.init))
    }
}

extension SegmentTemplate {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(
            timescale: try element.count(.timescale) ?? 1, media: element.string(.media),
            initialization: element.string(.initialization), startNumber: try element.count(.startNumber),
            timeline: try element.child(.segmentTimeline).map(SegmentTimeline.init))
        guard timescale > 0 else { throw .malformedAttribute(.timescale, of: element.name) }
        presentationTimeOffset = try element.ticks(.presentationTimeOffset)
        duration = try element.ticks(.duration)
        availabilityTimeOffset = try element.seconds(.availabilityTimeOffset)
        isCompleteWhenAvailable = try element.flag(.availabilityTimeComplete)
    }
}

extension SegmentTimeline {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        self.init(runs: try element.children(.s).map(Run.init))
    }
}

extension SegmentTimeline.Run {
    fileprivate init(_ element: ElementReader) throws(ManifestFault) {
        let repeatCount = try element.value(.r) { text -> Int? in
            text == "-1" ? -1 : DecimalInteger.parseCount(text[...])
        }
        self.init(
            time: try element.ticks(.t), duration: try element.require(.d, element.ticks(.d)),
            repeatCount: repeatCount ?? 0)
    }
}

extension ElementReader {
    fileprivate func frameRate(_ attribute: ManifestAttribute) throws(ManifestFault) -> FrameRateFraction? {
        guard let (first, second) = try pair(attribute, "/", isSecondOptional: true) else { return nil }
        guard let rate = FrameRateFraction(numerator: first, denominator: second ?? 1) else {
            throw .malformedAttribute(attribute, of: name)
        }
        return rate
    }

    fileprivate func aspectRatio(_ attribute: ManifestAttribute) throws(ManifestFault) -> AspectRatio? {
        guard let (first, second) = try pair(attribute, ":"), let second else { return nil }
        return AspectRatio(width: first, height: second)
    }

    fileprivate func thousandths(_ attribute: ManifestAttribute) throws(ManifestFault) -> Int? {
        guard let value = try seconds(attribute) else { return nil }
        let (whole, attoseconds) = value.components
        return Int(clamping: whole.multipliedReportingOverflow(by: 1000).partialValue)
            &+ Int(attoseconds / 1_000_000_000_000_000)
    }
}
