/// How much one message may make a decoder do.
///
/// The limits hold for what a message says once its references are written out, so a few bytes that refer to each other
/// cannot stand for a tree that nobody could walk.
public struct AMFLimits: Sendable, Equatable {
    /// How many objects, arrays and other complex values may lie within each other; 32 by default.
    ///
    /// Real messages stay below 6; FFmpeg refuses more than 16. Reading, comparing and writing take stack for each.
    public var depth: Int
    /// How many named properties one object or array may have; 1,024 by default.
    ///
    /// Real metadata has some dozens. Elements of strict and dense arrays, such as an FLV file's list of keyframes, are
    /// no properties; ``values`` alone bounds them.
    public var propertiesPerValue: Int
    /// How many values of all kinds one message may hold, those within other values included; 65,536 by default.
    ///
    /// The keyframe lists of a recording of many hours fit; in memory that many values take about 2 MiB.
    public var values: Int
    /// How many bytes of a message its references may repeat, in bytes of the message; 1 MiB by default.
    ///
    /// As much as the largest data message that a server ought to take, so references at most double the work.
    public var repeatedBytes: Int

    /// The limits for messages of an unknown peer.
    public static let `default` = AMFLimits()

    /// Makes limits; what is not named keeps its default.
    public init(
        depth: Int = 32, propertiesPerValue: Int = 1024, values: Int = 65_536, repeatedBytes: Int = 1_048_576
    ) {
        self.depth = depth
        self.propertiesPerValue = propertiesPerValue
        self.values = values
        self.repeatedBytes = repeatedBytes
    }
}
