/// A client's wish to publish a stream (RTMP 1.0 §7.2.2.6).
public struct PublishRequest: Sendable, Equatable {
    /// What a publisher wants to become of its stream besides its being live.
    public enum Kind: String, Sendable {
        /// Nothing.
        case live
        /// A recording, in place of an older one.
        case record
        /// A recording that goes on where an older one ended.
        case append
    }

    /// What the answer refers to.
    public let id: RTMPRequestID
    /// The message stream that the media will come on.
    public let messageStreamID: UInt32
    /// Which stream, in order.
    public let address: StreamAddress
    /// What is to become of it.
    ///
    /// `live` when the client said nothing or something unknown.
    public let kind: Kind
    /// The publishing name as it came: a stream key may be all of it.
    public let rawName: String

    /// The application, such as `live`.
    public var application: String { address.application }
    /// The name within the application.
    public var name: String { address.name }
    /// The arguments of the application and of the name.
    public var query: StreamQuery { address.query }
}
