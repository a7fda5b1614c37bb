/// A stretch of a presentation in which the same tracks are to be had, coded in the same way (ISO/IEC 23009-1 §5.3.2).
public struct Period: Hashable, Sendable {
    /// Tells it from all others, through every state of the description (`@id`).
    public var id: String?
    /// Where it begins, counted from the start of availability (`@start`); `nil` where the period before ends.
    public var start: Duration?
    /// How long it lasts, when that is known and the next period does not tell (`@duration`).
    public var duration: Duration?
    /// The choices that a player has, one of each kind.
    public var adaptationSets: [AdaptationSet]

    /// Makes a period.
    public init(
        id: String? = nil, start: Duration? = nil, duration: Duration? = nil, adaptationSets: [AdaptationSet] = []
    ) {
        self.id = id
        self.start = start
        self.duration = duration
        self.adaptationSets = adaptationSets
    }
}
