extension ServerConfiguration {
    /// The RTMP port.
    public struct RTMP: Sendable, Equatable {
        /// Where to listen.
        ///
        /// Default `:1935`, the registered port, on every address.
        public var listen = ListenAddress(port: 1935)
        /// The size of the chunks that the server sends, in bytes of payload, 128 … 16,777,215 (RTMP 1.0 §5.4.1).
        ///
        /// Default 60,000, as SRS and nginx-rtmp users set it: most frames fit in one chunk, so that headers cost next
        /// to nothing.
        public var chunkSizeBytes = 60_000
        /// How long a peer may take from the first byte to the end of the handshake.
        ///
        /// Default 5 s: three round trips on the worst of links, and short enough that silent connections do not pile up.
        public var handshakeTimeout = Duration.seconds(5)
        /// How long a publisher may send no media before it is taken for gone.
        ///
        /// Default 15 s: encoders stall for a few seconds when a network changes, but not longer.
        public var idleTimeout = Duration.seconds(15)
        /// How long clients that know reconnect requests (Enhanced RTMP v2) may take to move elsewhere when the server
        /// is told to stop, which serves on meanwhile.
        ///
        /// Default 0: the server stops at once, since with one server there is nowhere to go.
        public var drain = Duration.zero
        /// Whether encrypted RTMP (RTMPE, RTMPTE) is spoken with clients that ask for it.
        ///
        /// Default off: it is obfuscation for old clients and no security. Its keys are in every Flash Player, it does not
        /// know whom it talks to, and its cipher is broken.
        public var rtmpe = false
        /// Hashes of the SWF files that may play: HMAC-SHA256 of the decompressed file with the key
        /// `Genuine Adobe Flash Player 001`, 32 bytes each.
        ///
        /// Default none: nobody is asked.
        public var swfHashes: [[UInt8]] = []
        /// Connections in all.
        ///
        /// Default 20,000: what a file descriptor limit of 65,536 bears with room for HTTP.
        public var connections = 20_000
        /// Connections from one address; 0 for no limit.
        ///
        /// Default 0: a whole audience may sit behind one address.
        public var connectionsPerAddress = 0

        /// Makes the section with its defaults.
        public init() {}
    }
}
