/// What is said about sets and representations in elements of their own (ISO/IEC 23009-1 §5.3.7).
public struct RepresentationDescriptors: Hashable, Sendable {
    /// How many loudspeakers there are, and where (`AudioChannelConfiguration`).
    public var audioChannelConfigurations: [Descriptor] = []
    /// What a player must understand to present the content rightly (`EssentialProperty`).
    public var essentialProperties: [Descriptor] = []
    /// What a player may care about (`SupplementalProperty`).
    public var supplementalProperties: [Descriptor] = []
    /// What people call the content (`Label`).
    public var labels: [String] = []
    /// Which moment a place of the media timeline was produced at (`ProducerReferenceTime`).
    public var producerReferenceTimes: [ProducerReferenceTime] = []
    /// Where a player can begin inside a segment (`Resync`).
    public var resyncs: [Resync] = []

    /// Makes descriptors that say nothing.
    public init() {}
}

/// Something said in a scheme that its URI names (ISO/IEC 23009-1 §5.8.2).
public struct Descriptor: Hashable, Sendable {
    /// The scheme (`@schemeIdUri`).
    public var scheme: String
    /// What is said; its form is the scheme's (`@value`).
    public var value: String?
    /// Descriptors of one scheme with the same identifier are synonyms (`@id`).
    public var id: String?

    /// Makes a descriptor.
    public init(scheme: String, value: String? = nil, id: String? = nil) {
        self.scheme = scheme
        self.value = value
        self.id = id
    }
}

/// Places in the segments of a representation at which a player can begin to read (ISO/IEC 23009-1 §5.3.12).
public struct Resync: Hashable, Sendable {
    /// The type of the access point: 0 for the beginning of a chunk, whatever is in it (`@type`).
    public var type: Int
    /// The longest way from one to the next, in ticks of the representation's timescale (`@dT`).
    public var longestInterval: Int?

    /// Makes a promise of such places.
    public init(type: Int = 0, longestInterval: Int? = nil) {
        self.type = type
        self.longestInterval = longestInterval
    }
}
