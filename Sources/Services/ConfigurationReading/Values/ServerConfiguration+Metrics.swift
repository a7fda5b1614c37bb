extension ServerConfiguration {
    /// What `/metrics` tells of single streams.
    public struct Metrics: Sendable, Equatable {
        /// How many streams have metrics of their own.
        ///
        /// Default 200: with two tracks each some 5,000 series, half of what a server keeps. Those beyond are counted
        /// together, as the stream `(others)`.
        public var streams = 200

        /// Makes the section with its defaults.
        public init() {}
    }
}
