/// An `rtmp` or `rtmps` URL, divided into application and stream name as FFmpeg does it.
public struct RTMPURL: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no RTMP URL.
    public enum Fault: Error, Equatable, Sendable {
        /// The scheme is neither `rtmp` nor `rtmps`.
        case unsupportedScheme
        /// There is no host.
        case missingHost
        /// The port is no number from 1 to 65,535.
        case invalidPort
    }

    /// Whether the connection is encrypted: `rtmps`.
    public var isSecure: Bool
    /// The host's name or address, an IPv6 address without its brackets.
    public var host: String
    /// The port: 1935 for `rtmp` and 443 for `rtmps` when none is named.
    public var port: Int
    /// The application: the first part of the path, or the first two of three and more.
    public var application: String
    /// The stream's name: the rest of the path and the query, as it stands.
    public var streamName: String
}
