extension ServerConfiguration {
    /// The HTTP port.
    public struct HTTP: Sendable, Equatable {
        /// Where to listen.
        ///
        /// Default `:8080`, which needs no rights, on every address.
        public var listen = ListenAddress(port: 8080)
        /// How the server is reached from outside, such as `https://media.example.com`; `nil`: as each request says.
        ///
        /// Default `auto`: the name by which a client reached the server is one by which it can be reached.
        public var publicURL: String?
        /// Connections in all.
        ///
        /// Default 20,000: what a file descriptor limit of 65,536 bears with room for RTMP.
        public var connections = 20_000
        /// Connections from one address; 0 for no limit.
        ///
        /// Default 0: a whole audience, or a CDN, may sit behind one address.
        public var connectionsPerAddress = 0

        /// Makes the section with its defaults.
        public init() {}
    }
}
