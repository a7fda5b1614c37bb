extension ServerConfiguration {
    /// What is written to the log, and how.
    public struct Log: Sendable, Equatable {
        /// How much is worth a line, from most to least; the words of swift-log.
        public enum Level: String, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }

        /// The form of a line.
        public enum Format: String, Sendable, CaseIterable {
            /// For people.
            case text
            /// One JSON object a line, for machines.
            case json
        }

        /// The least level that is written.
        ///
        /// Default `info`: the life of connections and streams, nothing per message.
        public var level = Level.info
        /// The form of a line.
        ///
        /// Default `text`: the first reader is a person.
        public var format = Format.text

        /// Makes the section with its defaults.
        public init() {}
    }
}
