extension ServerConfiguration {
    /// Files of what was on the air; which streams are recorded is a matter of their application, and of live streams.
    public struct Recordings: Sendable, Equatable {
        /// The folder of all recordings; a relative path begins in the data folder.
        ///
        /// Default `recordings`.
        public var folder = "recordings"
        /// How long a file may be: it ends at the next keyframe, and another goes on from there; zero: as long as the stream.
        ///
        /// Default 0.
        public var longest = Duration.zero
        /// Bytes that may wait for the disk, for each file.
        ///
        /// Default 32 MiB: half a minute of a stream of 8 Mbit/s. What does not fit is left out of the recording.
        public var queueBytes = 32 << 20

        /// Makes the section with its defaults.
        public init() {}
    }
}
