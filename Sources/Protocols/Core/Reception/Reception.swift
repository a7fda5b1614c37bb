public import NIOCore

/// How a listener receives connections before its protocol has them: who may tell addresses, and what is encrypted.
public struct Reception: Sendable {
    /// Whether connections are encrypted.
    public enum Form: Sendable {
        /// None is.
        case plain
        /// All are.
        case secure(any ConnectionSecurity)
        /// Each as its first byte says.
        case either(any ConnectionSecurity)
    }

    /// Whether connections are encrypted.
    public var form: Form
    /// Who begins connections with a PROXY header, and must.
    public var proxies: [AddressRange]
    /// How long a connection may take for the header, its first byte and the handshake of encryption, together.
    ///
    /// Default 10 s: several round trips on the worst of links, and a client that asks its user nothing.
    public var timeLimit: TimeAmount

    /// A reception that hands on plain connections at once.
    public static let plain = Reception()

    /// Makes a reception.
    public init(form: Form = .plain, proxies: [AddressRange] = [], timeLimit: TimeAmount = .seconds(10)) {
        self.form = form
        self.proxies = proxies
        self.timeLimit = timeLimit
    }

    /// Whether there is nothing to wait for.
    public var isImmediate: Bool {
        guard case .plain = form else { return false }
        return proxies.isEmpty
    }
}

/// A connection as its protocol gets it.
public struct Arrival: Sendable {
    /// The client's address, as a proxy told it or as it is.
    public var client: SocketAddress?
    /// Whether a proxy passed the connection on and said so with a PROXY header, be it that it spoke for itself.
    public var isProxied = false
    /// Whether its bytes are encrypted on the wire.
    public var isSecure: Bool
    /// What the handshake of encryption agreed on (ALPN, RFC 7301), such as `h2`.
    public var applicationProtocol: String?
    /// The first byte, where the listener wanted to see it.
    public var firstByte: UInt8?

    /// Makes the arrival of a connection.
    public init(
        client: SocketAddress?, isSecure: Bool = false, applicationProtocol: String? = nil, firstByte: UInt8? = nil
    ) {
        self.client = client
        self.isSecure = isSecure
        self.applicationProtocol = applicationProtocol
        self.firstByte = firstByte
    }

    /// Whether a program on the server's own machine made the connection.
    ///
    /// What a proxy passes on is never this machine's: the loopback address that it tells is that of its own machine, or of
    /// another proxy before it.
    public var isFromThisMachine: Bool {
        !isProxied && client.map { PeerAddress.isLoopback($0.peerAddress) } ?? false
    }
}

/// A protocol that takes connections which came in at the port of another.
public protocol ConnectionGuest: Sendable {
    /// Whether a connection that begins with `firstByte` is for it.
    func recognizes(_ firstByte: UInt8) -> Bool
    /// Takes a connection: adds its handlers to the pipeline, in which nobody's are.
    ///
    /// Called on the channel's event loop.
    func take(_ arrival: Arrival, on channel: any Channel) throws
}

/// What a connection's first byte tells, in words for a log line.
public enum FirstByte {
    /// The first byte of TLS: a record of a handshake (RFC 8446 §5.1).
    public static let tls: UInt8 = 0x16

    /// What a peer speaks that begins so.
    public static func language(of byte: UInt8) -> String {
        switch byte {
        case 0x03: "RTMP"
        case 0x06, 0x08, 0x09: "RTMPE"
        case tls: "TLS"
        case 0x0D: "the PROXY protocol"
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): "HTTP"
        default: "an unknown protocol"
        }
    }
}
