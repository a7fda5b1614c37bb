extension ServerConfiguration {
    /// The API, and what stands in for those of other servers.
    public struct API: Sendable, Equatable {
        /// Whether `/stat` and `/control/drop/…` answer as nginx-rtmp-module's do.
        ///
        /// Default off: the paths could be those of streams.
        public var nginxRTMP = false

        /// Where the API of SRS is answered, and nothing else.
        ///
        /// Default nowhere. SRS itself has port 1985.
        public var srs: ListenAddress?

        /// Makes the section with its defaults.
        public init() {}
    }
}
