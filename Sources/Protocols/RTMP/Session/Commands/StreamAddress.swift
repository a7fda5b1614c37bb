/// Which stream a client means by the `app` and `tcUrl` of its `connect` and the name of its `publish` or `play`.
///
/// Clients divide one URL among these three in ways of their own (`Sources/Protocols/RTMP/README.md` lists them); the
/// same stream must come out of all. The parts are cleaned of what clients put around them, not checked: whoever makes
/// a path of them does that.
public struct StreamAddress: Sendable, Equatable {
    /// What a name's prefix asks for, as in `mp4:film`.
    public enum Container: String, Sendable, CaseIterable {
        /// An MP4 file.
        case mp4
        /// An FLV file.
        case flv
        /// An MP3 file.
        case mp3
        /// An F4V file.
        case f4v
    }

    /// The application, such as `live` or `live/instance`, without slashes at its ends; may be empty.
    public let application: String
    /// The name within the application, such as `show`, without slashes at its ends; may be empty.
    public let name: String
    /// The virtual host: the argument `vhost` or `domain`, otherwise the host of `tcUrl`, in lower case, without port.
    public let host: String?
    /// The arguments of name, application and `tcUrl`; the name's win.
    public let query: StreamQuery
    /// The container that the name's prefix asked for.
    public let container: Container?

    /// `application/name`, from which a `StreamPath` is best made: RTMP clients divide it elsewhere than URLs do.
    public var path: String { "\(application)/\(name)" }
}
