extension ApplicationConfiguration {
    /// What OBS is told to send when it asks for several video tracks (Multitrack Video, "Enhanced Broadcasting").
    public struct OBSMultitrack: Sendable, Equatable {
        /// What encodes in OBS.
        public enum Encoder: String, Sendable, CaseIterable {
            /// What suits the machine that OBS tells of.
            case auto
            case nvenc, amf, qsv, vaapi, videotoolbox, x264
        }

        /// One rung of the ladder.
        public struct Rendition: Sendable, Equatable {
            /// The shorter side of the picture in pixels.
            public var height: Int
            /// Bits per second.
            public var bitsPerSecond: Int
            /// Frames a second at most; `nil` for the rate that OBS composes at.
            public var frameRate: Int?

            /// Makes a rung.
            public init(height: Int, bitsPerSecond: Int, frameRate: Int? = nil) {
                self.height = height
                self.bitsPerSecond = bitsPerSecond
                self.frameRate = frameRate
            }
        }

        /// Whether OBS gets an answer.
        ///
        /// Default off: several tracks are for operators who want them.
        public var isEnabled = false
        /// The renditions, the highest first.
        ///
        /// Default four, from 1080p at 6 Mbit/s to 360p at 600 kbit/s: each about half of the one above it, so that no
        /// player has far to fall, and 11 Mbit/s in all.
        public var ladder = [
            Rendition(height: 1080, bitsPerSecond: 6_000_000),
            Rendition(height: 720, bitsPerSecond: 3_000_000),
            Rendition(height: 480, bitsPerSecond: 1_200_000, frameRate: 30),
            Rendition(height: 360, bitsPerSecond: 600_000, frameRate: 30),
        ]
        /// Bits per second of sound.
        ///
        /// Default 160 kbit/s, OBS's own.
        public var audioBitsPerSecond = 160_000
        /// From one keyframe to the next, in whole seconds, on all tracks alike.
        ///
        /// Default 2 s, the length of HLS segments.
        public var keyframeInterval = Duration.seconds(2)
        /// Frames between two that others may refer to.
        ///
        /// Default 2, OBS's own. WebRTC players need 0.
        public var bFrames = 2
        /// What encodes.
        ///
        /// Default `auto`.
        public var encoder = Encoder.auto
        /// Where OBS is to publish; `nil` for the host at which it asked and the port of `rtmp.listen`.
        ///
        /// Default `nil`: right wherever RTMP and HTTP have the same name to the outside.
        public var server: String?

        /// Makes the section with its defaults.
        public init() {}
    }
}
