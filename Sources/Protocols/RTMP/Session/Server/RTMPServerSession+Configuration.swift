public import NIOCore

extension RTMPServerSession {
    /// How a server session speaks, how long it waits, and how much it bears.
    public struct Configuration: Sendable, Equatable {
        /// How much of everything a client may ask for.
        public var limits = RTMPLimits()
        /// The chunk size that is announced at connect and used from then on, in bytes.
        ///
        /// Default 60,000, as SRS and ZLMediaKit: one chunk for nearly every message.
        public var chunkSize: UInt32 = 60_000
        /// The acknowledgement window and bandwidth that are announced at connect, in bytes.
        ///
        /// Default 2,500,000, as SRS. Also how often a client that names no window gets an acknowledgement: FMLE stops
        /// without.
        public var windowAcknowledgementSize: UInt32 = 2_500_000
        /// How long the handshake may take.
        ///
        /// Default 5 s; nginx-rtmp grants 60 s, SRS 30 s.
        public var handshakeTimeLimit: TimeAmount = .seconds(5)
        /// How long after the handshake `connect` may take to come.
        ///
        /// Default 10 s.
        public var connectTimeLimit: TimeAmount = .seconds(10)
        /// How long a connection may be neither publishing nor playing nor waiting for an answer.
        ///
        /// Default 30 s.
        public var idleTimeLimit: TimeAmount = .seconds(30)
        /// How long a publisher may send no media.
        ///
        /// Default 15 s; `nil` for ever. SRS grants 5 s, ZLMediaKit 15 s.
        public var mediaTimeLimit: TimeAmount? = .seconds(15)
        /// Sequence headers and metadata kept for a publish that is not accepted yet, in bytes.
        ///
        /// Default 256 KiB: a header has some hundred bytes, metadata a few thousand.
        public var earlyMediaBytes = 256 * 1024
        /// Sequence headers and metadata kept for a publish that is not accepted yet, in messages.
        ///
        /// Default 32: two for each of the tracks that a multitrack publisher may have.
        public var earlyMediaMessages = 32
        /// Hashes of SWF files of which a client may prove that it is one: HMAC-SHA256 of the decompressed file with the key
        /// `Genuine Adobe Flash Player 001`, 32 bytes each.
        ///
        /// Default none: nobody is asked. What follows for who proves nothing is the owner's to decide, by
        /// `RTMPServerSession.hasVerifiedSWF`.
        public var swfHashes: [[UInt8]] = []
        /// What is announced to a client that speaks Enhanced RTMP.
        public var capabilities: RTMPCapabilities = .forwarding

        /// Makes the default configuration.
        public init() {}
    }
}
