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
    /// The longest part; 0 where segments go out whole.
    var part: Int64 = 0

    /// How much earlier than `target` a sync frame may come: 50 ms.
    ///
    /// Encoders that place sync frames every two seconds stamp some of them a millisecond early, and a frame early where
    /// the frame rate is no whole number; without this every such segment would be twice as long.
    static let slack: Int64 = 4500

    /// How far the last frame of sound may reach beyond `longest`: a millisecond less than the tenth of a second that
    /// `Presentation.longestSegment` keeps back for it.
    static let soundBeyondLongest: Int64 = 8910

    /// How far apart in time of presentation the sync frames of two tracks of pictures may be, for segments of both to
    /// begin with them: 100 ms.
    ///
    /// Encoders of a ladder place them at the same picture; what is left is rounding, and frame rates of which one is a
    /// part of the other. Players bridge this much when they change between the tracks.
    static let alignment: Int64 = 9000

    /// How long before it is shown a sync frame may be decoded, for the sake of the pictures that refer to it: 1 second.
    static let longestReordering: Int64 = 90_000

    /// How far apart the tracks of a stream may be: 10 seconds.
    ///
    /// What lies further off belongs to another clock. This is also what bounds the sound that waits for pictures.
    static let reach: Int64 = 900_000
}
