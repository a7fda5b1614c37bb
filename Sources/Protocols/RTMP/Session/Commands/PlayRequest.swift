/// A client's wish to play a stream (RTMP 1.0 §7.2.2.1).
public struct PlayRequest: Sendable, Equatable {
    /// Where to begin.
    public enum Start: Sendable, Equatable {
        /// Live if there is such a stream, otherwise recorded: −2, −2000 or nothing on the wire.
        case liveOrRecorded
        /// Live only: −1 or −1000 on the wire.
        case live
        /// Recorded, from that many milliseconds on. The specification has seconds; Flash, FFmpeg and librtmp send this.
        case recorded(milliseconds: Double)
    }

    /// What the answer refers to.
    public let id: RTMPRequestID
    /// The message stream that the media must go out on.
    public let messageStreamID: UInt32
    /// Which stream, in order.
    public let address: StreamAddress
    /// Where to begin.
    public let start: Start
    /// How much to play, in seconds; `nil` for everything.
    ///
    /// 0 is a single frame.
    public let duration: Double?
    /// Whether what was played or queued on the message stream before is to be dropped.
    public let reset: Bool
    /// The stream name as it came.
    public let rawName: String

    /// The application, such as `live`.
    public var application: String { address.application }
    /// The name within the application.
    public var name: String { address.name }
    /// The arguments of the application and of the name.
    public var query: StreamQuery { address.query }
}
