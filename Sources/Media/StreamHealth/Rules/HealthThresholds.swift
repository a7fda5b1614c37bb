/// From which figures on something is wrong, in milliseconds where not said otherwise.
///
/// Pairs are for raising and for clearing: what was raised is over only once it is clearly better.
public struct HealthThresholds: Hashable, Sendable {
    /// A pair of bounds, so that a figure on the border does not flap.
    public struct Bounds: Hashable, Sendable {
        /// From here on it is wrong.
        public var raise: Double
        /// Up to here it still is, once it was.
        public var clear: Double

        /// Makes bounds.
        public init(raise: Double, clear: Double) {
            self.raise = raise
            self.clear = clear
        }

        /// Whether a figure that should be small is too large.
        func isExceeded(by value: Double, isRaised: Bool) -> Bool { value > (isRaised ? clear : raise) }
        /// Whether a figure that should be large is too small.
        func isMissed(by value: Double, isRaised: Bool) -> Bool { value < (isRaised ? clear : raise) }
    }

    /// Time without any frame: three seconds, more than any player's buffer of low latency.
    public var silence = Bounds(raise: 3_000, clear: 1_000)
    /// Time without a frame of one track while another goes on: five seconds.
    public var trackSilence = Bounds(raise: 5_000, clear: 2_000)
    /// The longest pause in ten seconds: one and a half.
    public var stall = Bounds(raise: 1_500, clear: 800)
    /// Media seconds for each second: less than 0.96 is a minute lost in twenty-five.
    public var speed = Bounds(raise: 0.96, clear: 0.985)
    /// Out-of-order segments of a publisher, as a part of all: two in a hundred.
    public var outOfOrder = Bounds(raise: 0.02, clear: 0.01)
    /// A round trip above which a slow publisher's line is to blame.
    public var slowRoundTrip = 250.0
    /// Distance of sync frames: four seconds and a half, twice what is advised with some to spare.
    public var keyframes = Bounds(raise: 4_500, clear: 4_200)
    /// Longest to shortest distance of sync frames.
    public var keyframeVariation = Bounds(raise: 1.5, clear: 1.3)
    /// Pictures ahead of sound or behind: half a second.
    public var skew = Bounds(raise: 500, clear: 300)
    /// Pictures per second as a part of those announced.
    public var frameRate = Bounds(raise: 0.9, clear: 0.95)
    /// How far the rate of frames of sound may be from what its clock says, as a part: two in a hundred.
    public var soundRate = Bounds(raise: 0.02, clear: 0.01)
    /// Frames whose times had to be raised, from one look to the next.
    public var repairs = 3
    /// Bits for each pixel of H.264 pictures; newer codings need half.
    public var bitsPerPixel = Bounds(raise: 0.025, clear: 0.03)
    /// Bits per second of a single quality: 20 Mb/s.
    public var bitrate = Bounds(raise: 20_000_000, clear: 18_000_000)
    /// Whether some output cannot have reordered frames.
    ///
    /// Default no: every output of today can. One that cannot, as WebRTC, is to set it.
    public var forbidsReorderedFrames = false

    /// Makes the default thresholds.
    public init() {}
}
