public import MediaModel
public import NIOCore

/// Makes pictures of what live streams show.
///
/// Offered by a service; asked by the HTTP endpoint.
public protocol PictureSource: Sendable {
    /// A picture of what a stream showed a moment ago.
    ///
    /// - Parameter width: how many pixels wide it should be at the most; the source may have a few widths only. `nil`: as the
    ///   source sees fit.
    func picture(of path: StreamPath, width: Int?) async -> PictureAnswer
}

/// What somebody gets who asks for a picture.
public enum PictureAnswer: Sendable, Equatable {
    /// A picture.
    case picture(StillPicture)
    /// There is none, for a reason that will last.
    case never(String)
    /// There is none at the moment.
    case notNow(String)
}

/// A picture that stands still, as JPEG.
public struct StillPicture: Sendable, Equatable {
    /// The file.
    public let bytes: ByteBuffer
    /// Tells pictures of one stream apart: letters, digits and `-`.
    public let version: String

    /// Makes a picture.
    public init(bytes: ByteBuffer, version: String) {
        self.bytes = bytes
        self.version = version
    }
}
