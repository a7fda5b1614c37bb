public import NIOCore

/// A path of the HTTP port, or all paths below one, whose requests a protocol or service answers itself, such as a handshake
/// that goes before publishing.
///
/// The HTTP endpoint holds requests against the route's bounds, and knows nothing else of it.
public struct HTTPRoute: Sendable {
    /// A request within the route's bounds.
    public struct Request: Sendable {
        /// One of the route's methods.
        public var method: String
        /// The path as the client wrote it, percent-encoding and all, without the query.
        public var path: String
        /// The host and port by which the client reached the server, as it wrote them (RFC 9110 §7.2).
        public var authority: String?
        /// Parameters by name; of several with one name, the first.
        public var query: [String: String]
        /// Header fields by name in lower case; of several with one name, the first.
        public var headers: [String: String]
        /// The body, whole; empty where the route reads it itself.
        public var body: ByteBuffer
        /// Reads the body, once.
        ///
        /// Throws when it has more bytes than that, and when it does not come whole.
        public var collect: @Sendable (_ upTo: Int) async throws -> ByteBuffer
        /// The peer's numeric address without port.
        public var peerAddress: String
        /// Whether it came inside TLS.
        public var isSecure: Bool
        /// Whether a proxy passed the connection on and said so with a PROXY header, be it that it spoke for itself.
        public var isProxied = false
        /// Whether it is of HTTP/1.0 (RFC 1945).
        public var isOfOldVersion = false

        /// Makes a request.
        ///
        /// - Parameter collect: reads the body where the route does that itself; what `body` holds when nothing is said.
        public init(
            method: String, path: String, authority: String? = nil, query: [String: String] = [:],
            headers: [String: String] = [:], body: ByteBuffer = ByteBuffer(), peerAddress: String,
            isSecure: Bool = false, collect: (@Sendable (_ upTo: Int) async throws -> ByteBuffer)? = nil
        ) {
            self.method = method
            self.path = path
            self.authority = authority
            self.query = query
            self.headers = headers
            self.body = body
            self.peerAddress = peerAddress
            self.isSecure = isSecure
            if let collect {
                self.collect = collect
            } else {
                self.collect = { limit in
                    guard body.readableBytes <= limit else { throw Breach.bodyTooLong }
                    return body
                }
            }
        }
    }

    /// An answer, which nobody caches.
    public struct Answer: Sendable {
        /// 200 or another status.
        public var status: Int
        /// For `Content-Type`.
        public var mediaType: String
        /// Further header fields by name, such as `Retry-After`.
        public var headers: [String: String]
        /// What it says, or how that begins.
        public var body: ByteBuffer
        /// What follows for as long as the client stays, for an answer without end; `nil` when `body` is all.
        ///
        /// When the client leaves, the stream is told that nobody listens any more.
        public var chunks: AsyncStream<ByteBuffer>?
        /// What it says instead of `body`, where that is too long for memory; clients may ask for parts of it.
        public var content: Content?

        /// Makes an answer.
        public init(
            status: Int = 200, mediaType: String, headers: [String: String] = [:], body: ByteBuffer,
            chunks: AsyncStream<ByteBuffer>? = nil
        ) {
            self.status = status
            self.mediaType = mediaType
            self.headers = headers
            self.body = body
            self.chunks = chunks
        }
    }

    /// A long content, which is read piece by piece while it is sent.
    public struct Content: Sendable {
        /// Bytes of it.
        public var length: Int
        /// Gives the bytes of a part in order, the next when the one before has been taken; it ends early where they can no
        /// longer be had.
        public var pieces: @Sendable (Range<Int>) -> AsyncStream<ByteBuffer>

        /// Makes a content.
        public init(length: Int, pieces: @escaping @Sendable (Range<Int>) -> AsyncStream<ByteBuffer>) {
            self.length = length
            self.pieces = pieces
        }
    }

    /// Why a request is not within the route's bounds.
    public enum Breach: Error, Equatable {
        /// Its method is none of the route's.
        case methodNotAllowed
        /// Its body is longer than the route takes.
        case bodyTooLong
    }

    /// The methods that are answered, such as `POST`; empty when the route itself decides.
    public var methods: [String]
    /// Whether requests with other methods are left to the rest of the port instead of being refused.
    public var sharesPath: Bool
    /// Bytes of a body at most; longer ones are refused with 413.
    public var mostBodyBytes: Int
    /// Whether the route reads bodies itself, by `Request.collect`: once it knows what a request is about, and as much as
    /// that needs.
    ///
    /// What is left unread goes to nobody.
    public var readsBody: Bool
    /// Whether the protocol counts by itself what it sends in answers, which therefore is not counted as HTTP.
    public var countsBytes: Bool
    /// Whether answering takes no time that others on the connection's event loop would feel, so that it is done there.
    public var isQuick: Bool
    /// Answers a request.
    public var answer: @Sendable (Request) async -> Answer
    /// Answers a request that is not within the route's bounds; `nil` for a line of text.
    public var refuse: (@Sendable (Breach) -> Answer)?

    /// Makes a route.
    public init(
        methods: [String], sharesPath: Bool = false, mostBodyBytes: Int, readsBody: Bool = false,
        countsBytes: Bool = false, isQuick: Bool = false,
        refuse: (@Sendable (Breach) -> Answer)? = nil, answer: @escaping @Sendable (Request) async -> Answer
    ) {
        self.methods = methods
        self.sharesPath = sharesPath
        self.mostBodyBytes = mostBodyBytes
        self.readsBody = readsBody
        self.countsBytes = countsBytes
        self.isQuick = isQuick
        self.refuse = refuse
        self.answer = answer
    }
}
