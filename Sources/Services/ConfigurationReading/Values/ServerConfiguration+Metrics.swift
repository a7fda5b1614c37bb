extension ServerConfiguration {
    /// What `/metrics` tells of single streams.
    public struct Metrics: Sendable, Equatable {
        /// Who may read the metrics.
        public enum Readers: String, Sendable, CaseIterable {
            /// Programs on the same machine, and everybody with a token.
            case local
            /// Only who has a token.
            case token
            /// Anybody.
            case anybody
        }

        /// Who may read them.
        ///
        /// Default `local`: the names of streams are in them, and a scraper beside the server needs nothing.
        public var readers = Readers.local
        /// How many streams have metrics of their own.
        ///
        /// Default 200: with two tracks each some 5,000 series, half of what a server keeps. Those beyond are counted
        /// together, as the stream `(others)`.
        public var streams = 200

        /// Makes the section with its defaults.
        public init() {}
    }
}
