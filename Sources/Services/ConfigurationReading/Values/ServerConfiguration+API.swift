extension ServerConfiguration {
    /// The API, and what stands in for those of other servers.
    public struct API: Sendable, Equatable {
        /// Whether `/stat` and `/control/drop/…` answer as nginx-rtmp-module's do.
        ///
        /// Default off: the paths could be those of streams.
        public var nginxRTMP = false

        /// Makes the section with its defaults.
        public init() {}
    }
}
