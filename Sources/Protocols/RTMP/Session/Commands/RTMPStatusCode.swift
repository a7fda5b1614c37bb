/// The `code` of a status, which programs read; its description is for people (RTMP 1.0 §7.2.1.1, §7.2.2).
public struct RTMPStatusCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// How grave a status is: its `level`.
    public enum Level: String, Sendable {
        /// Something went as it should.
        case status
        /// Something is not as it should be, and things go on.
        case warning
        /// Something ended or was refused. FFmpeg gives up at any status of this level.
        case error
    }

    /// The code as it travels, such as `NetStream.Publish.Start`.
    public let rawValue: String

    /// Makes a code of the text that travels.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The code as it travels.
    public var description: String { rawValue }

    /// The level that goes with this code; `status` for codes that are unknown here.
    public var level: Level {
        switch self {
        case .connectFailed, .connectRejected, .connectInvalidApplication, .connectIdleTimeout, .callFailed,
            .callProhibited, .publishBadName, .publishUnauthorized, .publishDenied, .publishRejected, .playFailed,
            .playStreamNotFound, .playUnauthorized, .playNoSupportedTrackFound, .seekFailed, .streamFailed,
            .connectApplicationShutdown:
            .error
        case .playInsufficientBandwidth, .playTracksOmitted: .warning
        default: .status
        }
    }

    // MARK: Connection

    /// `connect` was accepted.
    public static let connectSuccess = Self(rawValue: "NetConnection.Connect.Success")
    /// `connect` failed, or the connection did.
    public static let connectFailed = Self(rawValue: "NetConnection.Connect.Failed")
    /// `connect` was refused.
    ///
    /// FFmpeg and OBS look for a request to authenticate in the description.
    public static let connectRejected = Self(rawValue: "NetConnection.Connect.Rejected")
    /// The application does not exist.
    public static let connectInvalidApplication = Self(rawValue: "NetConnection.Connect.InvalidApp")
    /// The application, or the server, is going away.
    public static let connectApplicationShutdown = Self(rawValue: "NetConnection.Connect.AppShutdown")
    /// The connection was closed in good order.
    public static let connectClosed = Self(rawValue: "NetConnection.Connect.Closed")
    /// The connection did nothing for too long.
    public static let connectIdleTimeout = Self(rawValue: "NetConnection.Connect.IdleTimeout")
    /// The client should connect anew, perhaps elsewhere (Enhanced RTMP v2, reconnect request).
    public static let connectReconnectRequest = Self(rawValue: "NetConnection.Connect.ReconnectRequest")
    /// A call failed, such as one of an unknown method.
    public static let callFailed = Self(rawValue: "NetConnection.Call.Failed")
    /// A call is not allowed at this point.
    public static let callProhibited = Self(rawValue: "NetConnection.Call.Prohibited")

    // MARK: Publishing

    /// `publish` was accepted.
    public static let publishStart = Self(rawValue: "NetStream.Publish.Start")
    /// Somebody else publishes under the name.
    public static let publishBadName = Self(rawValue: "NetStream.Publish.BadName")
    /// The publisher did not prove who it is; mediamtx's word.
    public static let publishUnauthorized = Self(rawValue: "NetStream.Publish.Unauthorized")
    /// The publisher may not publish here; GStreamer and OBS know this one.
    public static let publishDenied = Self(rawValue: "NetStream.Publish.Denied")
    /// The server ended or refused the publish; OBS knows this one.
    public static let publishRejected = Self(rawValue: "NetStream.Publish.Rejected")
    /// The publisher has sent nothing for a while.
    public static let publishIdle = Self(rawValue: "NetStream.Publish.Idle")
    /// The publish ended.
    public static let unpublishSuccess = Self(rawValue: "NetStream.Unpublish.Success")

    // MARK: Playing

    /// What was played or queued on the message stream before is gone.
    public static let playReset = Self(rawValue: "NetStream.Play.Reset")
    /// `play` was accepted.
    public static let playStart = Self(rawValue: "NetStream.Play.Start")
    /// Playing ended.
    public static let playStop = Self(rawValue: "NetStream.Play.Stop")
    /// A recorded stream was played to its end.
    public static let playComplete = Self(rawValue: "NetStream.Play.Complete")
    /// `play` failed.
    public static let playFailed = Self(rawValue: "NetStream.Play.Failed")
    /// There is no such stream.
    public static let playStreamNotFound = Self(rawValue: "NetStream.Play.StreamNotFound")
    /// The player did not prove that it may play.
    public static let playUnauthorized = Self(rawValue: "NetStream.Play.Unauthorized")
    /// The player can play none of the stream's tracks.
    public static let playNoSupportedTrackFound = Self(rawValue: "NetStream.Play.NoSupportedTrackFound")
    /// Some tracks cannot be sent to this client; by no specification, which knows all or nothing.
    public static let playTracksOmitted = Self(rawValue: "NetStream.Play.TracksOmitted")
    /// The player takes its media more slowly than the stream needs.
    public static let playInsufficientBandwidth = Self(rawValue: "NetStream.Play.InsufficientBW")
    /// A publisher began.
    public static let playPublishNotify = Self(rawValue: "NetStream.Play.PublishNotify")
    /// The publisher ended.
    public static let playUnpublishNotify = Self(rawValue: "NetStream.Play.UnpublishNotify")
    /// A seek was done.
    public static let seekNotify = Self(rawValue: "NetStream.Seek.Notify")
    /// A seek could not be done.
    public static let seekFailed = Self(rawValue: "NetStream.Seek.Failed")
    /// The player paused.
    public static let pauseNotify = Self(rawValue: "NetStream.Pause.Notify")
    /// The player goes on after a pause.
    public static let unpauseNotify = Self(rawValue: "NetStream.Unpause.Notify")
    /// Something about the message stream failed.
    public static let streamFailed = Self(rawValue: "NetStream.Failed")
}
