/// With what latency and at what speeds a service is meant to be played (ISO/IEC 23009-1 annex K).
public struct ServiceDescription: Hashable, Sendable {
    /// Tells it from others (`@id`).
    public var id: Int?
    /// The latency that players should have (`Latency`).
    public var latency: Latency?
    /// The speeds by which they may keep it (`PlaybackRate`).
    public var playbackRate: PlaybackRate?

    /// Makes a description of a service.
    public init(id: Int? = nil, latency: Latency? = nil, playbackRate: PlaybackRate? = nil) {
        self.id = id
        self.latency = latency
        self.playbackRate = playbackRate
    }

    /// A latency, counted from a producer reference time to what is shown; in milliseconds.
    public struct Latency: Hashable, Sendable {
        /// Which `ProducerReferenceTime` it is counted from (`@referenceId`).
        public var referenceID: Int?
        /// What is wanted (`@target`).
        public var target: Int?
        /// What is bearable (`@max`).
        public var maximum: Int?
        /// Below which the player should not go (`@min`).
        public var minimum: Int?

        /// Makes a latency.
        public init(referenceID: Int? = nil, target: Int? = nil, maximum: Int? = nil, minimum: Int? = nil) {
            self.referenceID = referenceID
            self.target = target
            self.maximum = maximum
            self.minimum = minimum
        }
    }

    /// Speeds relative to the natural one, in thousandths.
    public struct PlaybackRate: Hashable, Sendable {
        /// The highest (`@max`); 1,040 is 1.04.
        public var maximumThousandths: Int?
        /// The lowest (`@min`).
        public var minimumThousandths: Int?

        /// Makes a range of speeds.
        public init(maximumThousandths: Int? = nil, minimumThousandths: Int? = nil) {
            self.maximumThousandths = maximumThousandths
            self.minimumThousandths = minimumThousandths
        }
    }
}
