/// How the addresses of segments are made, and when each can be fetched (ISO/IEC 23009-1 §5.3.9.4).
public struct SegmentTemplate: Hashable, Sendable {
    /// Ticks per second of all times in it (`@timescale`).
    public var timescale: Int
    /// The address of a media segment, with `$…$` in it (`@media`).
    public var media: String?
    /// The address of the initialization segment (`@initialization`).
    public var initialization: String?
    /// The number of the first segment (`@startNumber`); 1 when absent.
    public var startNumber: Int?
    /// Which media time the period begins with, in ticks (`@presentationTimeOffset`).
    public var presentationTimeOffset: Int64?
    /// How long every segment lasts, where they are all alike and there is no timeline, in ticks (`@duration`).
    public var duration: Int64?
    /// How much earlier than its end a segment can be fetched (`@availabilityTimeOffset`).
    public var availabilityTimeOffset: Duration?
    /// Whether a segment is complete when it can first be fetched; `nil` means it is (`@availabilityTimeComplete`).
    public var isCompleteWhenAvailable: Bool?
    /// Where segments begin and how long they last (`SegmentTimeline`).
    public var timeline: SegmentTimeline?

    /// Makes a template.
    public init(
        timescale: Int = 1, media: String? = nil, initialization: String? = nil, startNumber: Int? = nil,
        timeline: SegmentTimeline? = nil
    ) {
        self.timescale = timescale
        self.media = media
        self.initialization = initialization
        self.startNumber = startNumber
        self.presentationTimeOffset = nil
        self.duration = nil
        self.availabilityTimeOffset = nil
        self.isCompleteWhenAvailable = nil
        self.timeline = timeline
    }
}
