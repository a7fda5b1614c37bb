public import AMF

/// A client's wish to connect to an application (RTMP 1.0 §7.2.1.1).
///
/// Which stream is meant is not known before `publish` or `play` names it: their requests have the whole address.
public struct ConnectRequest: Sendable, Equatable {
    /// What the answer refers to.
    public let id: RTMPRequestID
    /// `app`, without its query and without slashes at its ends; derived from `tcURL` when missing.
    public let application: String
    /// The host that `tcURL` names, in lower case and without a port.
    public let host: String?
    /// The arguments after `?` in `app` and `tcURL`.
    public let query: StreamQuery
    /// `tcUrl` as it came; empty when missing.
    public let tcURL: String
    /// `flashVer`: what the client calls itself; empty when missing.
    public let flashVersion: String
    /// What the client says about Enhanced RTMP.
    public let capabilities: RTMPCapabilities
    /// The command object as it came, an object or an ECMA array.
    public internal(set) var properties: AMF0Value
    /// What stood after the command object: used for authentication by some.
    public internal(set) var extraArguments: [AMF0Value]
}
