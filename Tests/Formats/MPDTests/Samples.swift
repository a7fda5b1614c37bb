import MPD
import TextCoding

/// A live service with low latency that uses everything the module can write.
enum Samples {
    static let lowLatency: MediaPresentationDescription = {
        var live = LiveAvailability(
            availabilityStartTime: UTCTime(millisecondsSince1970: 1_786_278_896_789),
            publishTime: UTCTime(millisecondsSince1970: 1_786_278_956_000))
        live.minimumUpdatePeriod = .milliseconds(500)
        live.timeShiftBufferDepth = .seconds(60)
        live.suggestedPresentationDelay = .milliseconds(1500)
        var manifest = MediaPresentationDescription(
            profiles: [
                MediaPresentationDescription.liveProfile, "http://www.dashif.org/guidelines/low-latency-live-v5",
            ], availability: .live(live), minBufferTime: .seconds(2))
        manifest.maxSegmentDuration = .seconds(2)
        manifest.mediaPresentationDuration = .microseconds(3_723_500_001)
        manifest.title = "Tom & \"Jerry\" <live>"
        manifest.baseURLs = ["https://cdn.example.com/live/show/"]
        manifest.serviceDescriptions = [
            ServiceDescription(
                id: 0, latency: .init(referenceID: 0, target: 1500, maximum: 6000, minimum: 500),
                playbackRate: .init(maximumThousandths: 1040, minimumThousandths: 960))
        ]
        manifest.utcTimings = [.utcTiming(isoAddress: "/time"), .utcTiming(xsdateAddress: "/time")]
        manifest.periods = [
            Period(id: "P0", start: .zero, adaptationSets: [pictures, sound]),
            Period(id: "P1", start: .milliseconds(12_345), duration: .seconds(10), adaptationSets: [sound]),
        ]
        return manifest
    }()

    static let pictures: AdaptationSet = {
        var set = AdaptationSet(id: 0, contentType: "video", isSegmentAligned: true)
        set.pictureBounds = .init(
            width: 1920, height: 1080, frameRate: FrameRateFraction(numerator: 30_000, denominator: 1001),
            aspectRatio: AspectRatio(width: 1920, height: 1080))
        set.format.mimeType = "video/mp4"
        set.format.startWithSAP = 1
        set.roles = [.role("main")]
        set.descriptors.essentialProperties = [.transferCharacteristics(16)]
        set.descriptors.supplementalProperties = [
            .colourPrimaries(9), .matrixCoefficients(9), .periodContinuity(with: "P0"),
        ]
        set.descriptors.resyncs = [Resync(type: 0, longestInterval: 18_000)]
        set.descriptors.producerReferenceTimes = [
            ProducerReferenceTime(
                id: 0, event: .captured, isInband: true,
                wallclockTime: UTCTime(millisecondsSince1970: 1_786_278_896_789), presentationTime: 900_000,
                utcTiming: .utcTiming(isoAddress: "/time"))
        ]
        var template = SegmentTemplate(
            timescale: 90_000, media: "hls/x-$RepresentationID$-$Number$.m4s",
            initialization: "hls/x-$RepresentationID$-0-init.mp4", startNumber: 5,
            timeline: SegmentTimeline(runs: [
                .init(time: 900_000, duration: 180_000, repeatCount: 28), .init(duration: 90_000),
                .init(time: 7_000_000, duration: 180_180, repeatCount: -1),
            ]))
        template.presentationTimeOffset = 900_000
        template.availabilityTimeOffset = .milliseconds(1800)
        template.isCompleteWhenAvailable = false
        set.segmentTemplate = template
        for (id, width, height, bandwidth) in [("video", 1920, 1080, 6_000_000), ("video-1", 1280, 720, 3_000_000)] {
            var format = RepresentationFormat()
            format.codecs = "hvc1.2.4.L120.90"
            (format.width, format.height) = (width, height)
            format.frameRate = FrameRateFraction(numerator: 30_000, denominator: 1001)
            format.sampleAspectRatio = AspectRatio(width: 1, height: 1)
            set.representations.append(Representation(id: id, bandwidth: bandwidth, format: format))
        }
        return set
    }()

    static let sound: AdaptationSet = {
        var set = AdaptationSet(id: 10, contentType: "audio", language: "pt-BR", isSegmentAligned: true)
        set.format.mimeType = "audio/mp4"
        set.format.codecs = "mp4a.40.2"
        set.format.audioSamplingRate = 48_000
        set.format.startWithSAP = 1
        set.roles = [.role("alternate")]
        set.descriptors.audioChannelConfigurations = [.channelConfiguration(channelCount: 6)].compactMap(\.self)
        set.descriptors.labels = ["Comentário & som"]
        var representation = Representation(id: "audio", bandwidth: 128_000)
        representation.segmentTemplate = SegmentTemplate(
            timescale: 48_000, media: "hls/x-$RepresentationID$-$Time$.m4s", initialization: "hls/init.mp4",
            timeline: SegmentTimeline(runs: [.init(time: 480_000, duration: 96_256), .init(duration: 95_232)]))
        representation.descriptors.supplementalProperties = [Descriptor(scheme: "urn:example", value: "1", id: "a")]
        set.representations = [representation]
        return set
    }()
}
