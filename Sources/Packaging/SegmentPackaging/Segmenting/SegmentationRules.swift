/// By what a stream is cut, in ticks of 90 kHz, bytes and frames.
struct SegmentationRules {
    /// A sync frame from here on ends a segment.
    var target: Int64
    /// No segment lasts longer than this.
    var longest: Int64
    /// How long a finished segment waits for the sound that belongs to it.
    var hold: Int64
    var mostBytes: Int
    var mostSamples: Int

    /// How much earlier than `target` a sync frame may come: 50 ms.
    ///
    /// Encoders that place sync frames every two seconds stamp some of them a millisecond early, and a frame early where
    /// the frame rate is no whole number; without this every such segment would be twice as long.
    static let slack: Int64 = 4500

    /// How far apart the tracks of a stream may be: 10 seconds.
    ///
    /// What lies further off belongs to another clock. This is also what bounds the sound that waits for pictures.
    static let reach: Int64 = 900_000
}
