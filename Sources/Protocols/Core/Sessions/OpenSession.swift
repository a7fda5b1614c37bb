public import StreamHealth

/// What a session does with its stream.
public enum SessionRole: String, Hashable, Sendable, CaseIterable {
    /// Sends it.
    case publisher
    /// Receives it.
    case player
}

/// One who publishes or plays a stream, as the ``SessionDirectory`` sees it.
///
/// A connection that does several things is several of them. All is called on the event loop with which it was registered.
public protocol OpenSession: AnyObject {
    /// What the session has carried, and how it does; `nil` when it is over.
    ///
    /// Read for thousands of sessions in a row: nothing is made for it, and the system is not called.
    var reading: SessionReading? { get }

    /// What the kernel knows of the session's line, which is a call to the system; `nil` where there is no one line.
    var line: LineFigures? { get }

    /// Ends the session, in the way in which its protocol says so; nothing when it is over.
    func end(because reason: String)

    /// Asks the client to connect anew, to `url` or, without it, to where it is now.
    ///
    /// - Returns: whether it was asked; clients that did not announce that they do so are not.
    func requestReconnect(to url: String?, because reason: String) -> Bool
}

extension OpenSession {
    /// There is none.
    public var line: LineFigures? { nil }

    /// The protocol knows no such request.
    public func requestReconnect(to url: String?, because reason: String) -> Bool { false }
}

/// What a session has carried so far, and how it does.
public struct SessionReading: Hashable, Sendable {
    /// What it is doing.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Sends a stream.
        case publishing
        /// Receives a stream.
        case playing
        /// Waits for the stream to begin, or for a place where it can.
        case waiting
        /// Was paused by its viewer.
        case paused
        /// Takes nothing at the moment.
        case stalled
    }

    /// What it is doing.
    public var state: State
    /// The numeric address from which the peer comes now; `nil` where it is that with which the session was entered.
    public var address: String?
    /// Bytes that came from the peer.
    public var bytesReceived = 0
    /// Bytes that were sent to it.
    public var bytesSent = 0
    /// Frames that came from it.
    public var framesReceived = 0
    /// Frames that were sent to it.
    public var framesSent = 0
    /// Frames that it was too slow for.
    public var framesLost = 0
    /// How far it is behind the newest of the stream that it plays, in milliseconds; `nil` where that is not known.
    public var lagMilliseconds: Int64?
    /// How far the client has come in its stream, by the times of its frames, in milliseconds; `nil` where that is not known.
    public var timestampMilliseconds: Int64?
    /// Tracks that it is not given, and why, in words.
    public var omittedTracks: [String] = []
    /// Whether it moves when it is asked to.
    public var takesReconnectRequests = false
    /// What the kernel knows of its line, where that was asked for.
    public var line: LineFigures?

    /// Makes a reading.
    public init(state: State, address: String? = nil) {
        self.state = state
        self.address = address
    }
}
