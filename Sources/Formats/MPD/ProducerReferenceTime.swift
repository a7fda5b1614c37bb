public import TextCoding

/// The moment at which a place of the media timeline was produced (ISO/IEC 23009-1 §5.12).
///
/// By it a player knows its latency, whatever the clocks of encoder and server have to do with each other.
public struct ProducerReferenceTime: Hashable, Sendable {
    /// What happened at that moment (`@type`).
    public enum Event: String, Hashable, Sendable, CaseIterable {
        /// The encoder took the picture, or what stands for the encoder received the coded frame.
        case encoder
        /// The camera took it.
        case captured
        /// What an application says.
        case application
    }

    /// Tells it from others; a `Latency` refers to it (`@id`).
    public var id: Int
    /// What happened at that moment.
    public var event: Event
    /// Whether segments say so themselves, in `prft` boxes (`@inband`).
    public var isInband: Bool
    /// The moment (`@wallClockTime`).
    public var wallclockTime: UTCTime
    /// The place, in ticks of the representation's timescale (`@presentationTime`).
    public var presentationTime: Int64
    /// By which clock the moment was taken (`UTCTiming`).
    public var utcTiming: Descriptor?

    /// Makes a reference.
    public init(
        id: Int, event: Event = .encoder, isInband: Bool = false, wallclockTime: UTCTime, presentationTime: Int64,
        utcTiming: Descriptor? = nil
    ) {
        self.id = id
        self.event = event
        self.isInband = isInband
        self.wallclockTime = wallclockTime
        self.presentationTime = presentationTime
        self.utcTiming = utcTiming
    }
}
