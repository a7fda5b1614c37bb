extension ServerConfiguration {
    /// Pictures of what streams show.
    public struct Thumbnails: Sendable, Equatable {
        /// The FFmpeg that makes them, a path or a name in `PATH`; `nil`: none are made.
        ///
        /// Default `ffmpeg`.
        public var ffmpeg: String? = "ffmpeg"
        /// For how long a picture is new.
        ///
        /// Default 3 s: keyframes are seldom closer together than 2 s.
        public var interval = Duration.seconds(3)

        /// Makes the section with its defaults.
        public init() {}
    }
}
