/// What the operator wants of a stream: the renditions, and what all of them have in common.
public struct MultitrackLadder: Sendable, Equatable {
    /// One rung.
    public struct Rendition: Sendable, Equatable {
        /// The shorter side of the picture in pixels: 1080 is 1920×1080 on a wide canvas and 1080×1920 on a tall one.
        public var height: Int
        /// Kilobits per second.
        public var bitrate: Int
        /// Frames a second at most; `nil` for the canvas's own rate.
        public var mostFramesPerSecond: Int?

        /// Makes a rung.
        public init(height: Int, bitrate: Int, mostFramesPerSecond: Int? = nil) {
            self.height = height
            self.bitrate = bitrate
            self.mostFramesPerSecond = mostFramesPerSecond
        }
    }

    /// The rungs, in any order.
    public var renditions: [Rendition]
    /// Kilobits per second of each audio track.
    public var audioBitrate: Int
    /// Seconds from one keyframe to the next, on every track at the same moments.
    public var keyframeInterval: Int
    /// Frames between two that others may refer to; the same on every track, so that all have the same delay.
    public var bFrames: Int

    /// Makes a ladder.
    public init(renditions: [Rendition], audioBitrate: Int = 160, keyframeInterval: Int = 2, bFrames: Int = 2) {
        self.renditions = renditions
        self.audioBitrate = audioBitrate
        self.keyframeInterval = keyframeInterval
        self.bFrames = bFrames
    }
}

/// Why no ladder can be given.
public enum MultitrackFault: Error, Sendable, Equatable {
    /// A canvas without area, or with sides above `LadderSelection.longestSide`.
    case canvasSize(width: Int, height: Int)
    /// A frame rate that is zero, negative or above `LadderSelection.highestFrameRate`.
    case frameRate(FrameRate)
    /// The user's limit has no room for any rendition; the least that has, in kilobits per second.
    case bandwidthTooLow(limit: Int, least: Int)
}
