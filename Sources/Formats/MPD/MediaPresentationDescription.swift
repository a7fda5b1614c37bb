public import TextCoding

/// A Media Presentation Description: what a DASH player knows of a presentation (ISO/IEC 23009-1 §5.3.1).
///
/// A value with text in both directions: `text` writes it, `init(_:limits:)` reads it. It has what a live service of
/// segments in ISO BMFF needs; elements and attributes beyond that are passed over when a text is read.
public struct MediaPresentationDescription: Hashable, Sendable {
    /// The profiles that it keeps to (`@profiles`); at least one.
    public var profiles: [String]
    /// When segments can be fetched (`@type`, and the attributes that go with it).
    public var availability: Availability
    /// How long all periods together last, when that is known (`@mediaPresentationDuration`).
    public var mediaPresentationDuration: Duration?
    /// How much a player must have read, at the declared bit rates, to play without a pause (`@minBufferTime`).
    public var minBufferTime: Duration
    /// The longest segment of all (`@maxSegmentDuration`).
    public var maxSegmentDuration: Duration?
    /// What the presentation is called, for people to read (`ProgramInformation/Title`).
    public var title: String?
    /// What relative addresses are relative to, instead of the address of the description (`BaseURL`).
    public var baseURLs: [String]
    /// With what latency and at what speeds the service is meant to be played (`ServiceDescription`).
    public var serviceDescriptions: [ServiceDescription]
    /// The stretches of the presentation, oldest first.
    public var periods: [Period]
    /// How players learn the time of day by which segments become available, the best way first (`UTCTiming`).
    public var utcTimings: [Descriptor]

    /// Makes a description.
    public init(
        profiles: [String] = [Self.liveProfile], availability: Availability, minBufferTime: Duration,
        periods: [Period] = []
    ) {
        self.profiles = profiles
        self.availability = availability
        self.mediaPresentationDuration = nil
        self.minBufferTime = minBufferTime
        self.maxSegmentDuration = nil
        self.title = nil
        self.baseURLs = []
        self.serviceDescriptions = []
        self.periods = periods
        self.utcTimings = []
    }

    /// Segments in ISO BMFF, named by templates (ISO/IEC 23009-1 §8.4).
    public static let liveProfile = "urn:mpeg:dash:profile:isoff-live:2011"
    /// The XML namespace of all elements.
    public static let namespace = "urn:mpeg:dash:schema:mpd:2011"
    /// For `Content-Type` (ISO/IEC 23009-1 annex C).
    public static let mediaType = "application/dash+xml"
}

/// When the segments of a presentation can be fetched (`MPD@type`, ISO/IEC 23009-1 §5.3.1.2).
public enum Availability: Hashable, Sendable {
    /// All of them, always (`static`).
    case onDemand
    /// Each from its time on (`dynamic`).
    case live(LiveAvailability)
}

/// What a dynamic presentation promises about time.
public struct LiveAvailability: Hashable, Sendable {
    /// The moment that all times of the presentation are counted from (`@availabilityStartTime`).
    ///
    /// Never changes in a presentation's life.
    public var availabilityStartTime: UTCTime
    /// When this state of the description was made (`@publishTime`).
    public var publishTime: UTCTime
    /// How long this state holds at least; `nil` when it is the last (`@minimumUpdatePeriod`).
    public var minimumUpdatePeriod: Duration?
    /// How far back segments can be fetched; `nil` for all the way (`@timeShiftBufferDepth`).
    public var timeShiftBufferDepth: Duration?
    /// How far behind the live edge players should stay; `nil` when they choose, or a service description tells
    /// (`@suggestedPresentationDelay`).
    public var suggestedPresentationDelay: Duration?

    /// Makes a promise.
    public init(
        availabilityStartTime: UTCTime, publishTime: UTCTime, minimumUpdatePeriod: Duration? = nil,
        timeShiftBufferDepth: Duration? = nil, suggestedPresentationDelay: Duration? = nil
    ) {
        self.availabilityStartTime = availabilityStartTime
        self.publishTime = publishTime
        self.minimumUpdatePeriod = minimumUpdatePeriod
        self.timeShiftBufferDepth = timeShiftBufferDepth
        self.suggestedPresentationDelay = suggestedPresentationDelay
    }
}
