import TextCoding

extension MediaPresentationDescription {
    /// The description as XML, its elements in the order of the schema (ISO/IEC 23009-1 annex B).
    public var text: String {
        var writer = XMLWriter()
        writer.element(.mpd) { writer in
            writer.attribute(.xmlns, Self.namespace)
            writer.attribute(.profiles, profiles.joined(separator: ","))
            writeAvailability(to: &writer)
            writer.attribute(.mediaPresentationDuration, mediaPresentationDuration)
            writer.attribute(.minBufferTime, minBufferTime)
            writer.attribute(.maxSegmentDuration, maxSegmentDuration)
            if let title { writer.element(.programInformation) { $0.element(.title, text: title) } }
            for address in baseURLs { writer.element(.baseURL, text: address) }
            for description in serviceDescriptions { description.write(to: &writer) }
            for period in periods { period.write(to: &writer) }
            for timing in utcTimings { timing.write(as: .utcTiming, to: &writer) }
        }
        return writer.text
    }

    private func writeAvailability(to writer: inout XMLWriter) {
        switch availability {
        case .onDemand:
            writer.attribute(.type, "static")
        case .live(let live):
            writer.attribute(.type, "dynamic")
            writer.attribute(.availabilityStartTime, live.availabilityStartTime.text)
            writer.attribute(.publishTime, live.publishTime.text)
            writer.attribute(.minimumUpdatePeriod, live.minimumUpdatePeriod)
            writer.attribute(.timeShiftBufferDepth, live.timeShiftBufferDepth)
            writer.attribute(.suggestedPresentationDelay, live.suggestedPresentationDelay)
        }
    }
}

extension Period {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.element(.period) { writer in
            writer.attribute(.id, id)
            writer.attribute(.start, start)
            writer.attribute(.duration, duration)
            for set in adaptationSets { set.write(to: &writer) }
        }
    }
}

extension AdaptationSet {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.element(.adaptationSet) { writer in
            writer.attribute(.id, id)
            writer.attribute(.contentType, contentType)
            writer.attribute(.lang, language)
            if isSegmentAligned { writer.attribute(.segmentAlignment, "true") }
            writer.attribute(.maxWidth, pictureBounds?.width)
            writer.attribute(.maxHeight, pictureBounds?.height)
            writer.attribute(.maxFrameRate, pictureBounds?.frameRate?.text)
            writer.attribute(.par, pictureBounds?.aspectRatio?.text)
            format.write(to: &writer)
            descriptors.write(to: &writer)
            for role in roles { role.write(as: .role, to: &writer) }
            segmentTemplate?.write(to: &writer)
            for representation in representations { representation.write(to: &writer) }
        }
    }
}

extension Representation {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.element(.representation) { writer in
            writer.attribute(.id, id)
            writer.attribute(.bandwidth, bandwidth)
            format.write(to: &writer)
            descriptors.write(to: &writer)
            segmentTemplate?.write(to: &writer)
        }
    }
}

extension RepresentationFormat {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.attribute(.mimeType, mimeType)
        writer.attribute(.codecs, codecs)
        writer.attribute(.width, width)
        writer.attribute(.height, height)
        writer.attribute(.sar, sampleAspectRatio?.text)
        writer.attribute(.frameRate, frameRate?.text)
        writer.attribute(.audioSamplingRate, audioSamplingRate)
        writer.attribute(.startWithSAP, startWithSAP)
    }
}

extension RepresentationDescriptors {
    fileprivate func write(to writer: inout XMLWriter) {
        for one in audioChannelConfigurations { one.write(as: .audioChannelConfiguration, to: &writer) }
        for property in essentialProperties { property.write(as: .essentialProperty, to: &writer) }
        for property in supplementalProperties { property.write(as: .supplementalProperty, to: &writer) }
        for label in labels { writer.element(.label, text: label) }
        for time in producerReferenceTimes { time.write(to: &writer) }
        for resync in resyncs {
            writer.element(.resync) { writer in
                writer.attribute(.type, resync.type)
                writer.attribute(.dT, resync.longestInterval)
            }
        }
    }
}

extension Descriptor {
    fileprivate func write(as name: ManifestElement, to writer: inout XMLWriter) {
        writer.element(name) { writer in
            writer.attribute(.schemeIdUri, scheme)
            writer.attribute(.value, value)
            writer.attribute(.id, id)
        }
    }
}

extension ServiceDescription {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.element(.serviceDescription) { writer in
            writer.attribute(.id, id)
            if let latency {
                writer.element(.latency) { writer in
                    writer.attribute(.referenceId, latency.referenceID)
                    writer.attribute(.target, latency.target)
                    writer.attribute(.max, latency.maximum)
                    writer.attribute(.min, latency.minimum)
                }
            }
            if let playbackRate {
                writer.element(.playbackRate) { writer in
                    writer.attribute(.max, playbackRate.maximumThousandths.map(Self.decimal))
                    writer.attribute(.min, playbackRate.minimumThousandths.map(Self.decimal))
                }
            }
        }
    }

    private static func decimal(_ thousandths: Int) -> String { DecimalSeconds.text(.milliseconds(thousandths)) }
}

extension ProducerReferenceTime {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.element(.producerReferenceTime) { writer in
            writer.attribute(.id, id)
            if isInband { writer.attribute(.inband, "true") }
            writer.attribute(.type, event.rawValue)
            writer.attribute(.wallClockTime, wallclockTime.text)
            writer.attribute(.presentationTime, presentationTime)
            utcTiming?.write(as: .utcTiming, to: &writer)
        }
    }
}

extension SegmentTemplate {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.element(.segmentTemplate) { writer in
            writer.attribute(.timescale, timescale)
            writer.attribute(.presentationTimeOffset, presentationTimeOffset)
            writer.attribute(.availabilityTimeOffset, availabilityTimeOffset.map(DecimalSeconds.text))
            writer.attribute(.availabilityTimeComplete, isCompleteWhenAvailable.map { $0 ? "true" : "false" })
            writer.attribute(.duration, duration)
            writer.attribute(.startNumber, startNumber)
            writer.attribute(.initialization, initialization)
            writer.attribute(.media, media)
            guard let timeline else { return }
            writer.element(.segmentTimeline) { writer in
                for run in timeline.runs {
                    writer.element(.s) { writer in
                        writer.attribute(.t, run.time)
                        writer.attribute(.d, run.duration)
                        if run.repeatCount != 0 { writer.attribute(.r, run.repeatCount) }
                    }
                }
            }
        }
    }
}

extension AspectRatio {
    fileprivate var text: String { "\(width):\(height)" }
}

extension FrameRateFraction {
    /// `25`, `30000/1001`.
    public var text: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
