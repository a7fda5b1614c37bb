public import AMF
public import NIOCore

extension RTMPClientSession {
    /// Where a client session connects, what it says of itself, and how long it waits.
    public struct Configuration: Sendable, Equatable {
        /// The server and the application.
        public var url: RTMPURL
        /// What the client calls itself, `flashVer`.
        ///
        /// Some servers tell publishers from players by it.
        public var flashVersion = "FMLE/3.0 (compatible; Swiftwater)"
        /// What is announced of Enhanced RTMP.
        ///
        /// Default: that everything is handed on.
        public var capabilities: RTMPCapabilities = .forwarding
        /// More properties for the command object of `connect`, such as `pageUrl`.
        public var properties: [AMFProperty] = []
        /// Values behind the command object of `connect`: used for authentication by some servers.
        public var extraArguments: [AMF0Value] = []
        /// How the handshake is done.
        ///
        /// Default simple, which every server takes.
        public var handshake: HandshakeForm = .simple
        /// How much of everything a server may ask for.
        public var limits = RTMPLimits()
        /// The chunk size that is announced and used, in bytes.
        ///
        /// Default 60,000.
        public var chunkSize: UInt32 = 60_000
        /// The acknowledgement window that is announced, in bytes.
        ///
        /// Default 2,500,000.
        public var windowAcknowledgementSize: UInt32 = 2_500_000
        /// How much of a play the client says to keep in its buffer, in milliseconds.
        ///
        /// Default 1,000.
        public var bufferMilliseconds: UInt32 = 1_000
        /// How long each answer of the server may take: handshake, connect, createStream, publish or play.
        ///
        /// Default 10 s.
        public var answerTimeLimit: TimeAmount = .seconds(10)

        /// Makes the default configuration for a server.
        public init(url: RTMPURL) {
            self.url = url
        }
    }
}
