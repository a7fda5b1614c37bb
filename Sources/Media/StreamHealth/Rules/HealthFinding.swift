public import MediaModel

/// Something that is wrong with a stream, in words for who runs it.
public struct HealthFinding: Hashable, Sendable {
    /// What is wrong.
    public var rule: HealthRule
    /// The track that it is wrong with; `nil` for the whole stream.
    public var track: Track.ID?
    /// One sentence with the measured figure, such as `keyframe every 10 s: HLS viewers will wait`.
    public var text: String
    /// Since when, in milliseconds of the clock of the measurement.
    public var since: Int64

    /// Makes a finding.
    public init(rule: HealthRule, track: Track.ID? = nil, text: String, since: Int64) {
        self.rule = rule
        self.track = track
        self.text = text
        self.since = since
    }
}

/// A finding that came or went.
public struct HealthTransition: Hashable, Sendable {
    /// The finding, with the figure of the moment.
    public var finding: HealthFinding
    /// Whether it came; otherwise it went.
    public var isRaised: Bool

    /// Makes a transition.
    public init(finding: HealthFinding, isRaised: Bool) {
        self.finding = finding
        self.isRaised = isRaised
    }
}
