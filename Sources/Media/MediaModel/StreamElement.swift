public import NIOCore

/// What a publisher hands on and every subscriber receives, in this order.
public enum StreamElement: Sendable {
    /// The set of tracks from here on; sent before the first frame and at each change. Frames that follow belong to
    /// exactly these objects.
    case tracks([Track])
    /// The `onMetaData` of the stream from here on; `nil` when the publisher took it back.
    case metadata(DataMessage?)
    /// One coded frame.
    case frame(MediaFrame)
    /// Any other data message.
    case data(DataMessage)
    /// The timeline breaks here: what follows does not continue what came before (a publisher that restarted, a jump).
    case discontinuity
}

extension StreamElement {
    /// How many bytes it holds: of a frame or a message the payload, of tracks their decoder configuration records.
    @inlinable
    public var byteCount: Int {
        switch self {
        case .frame(let frame): frame.payload.readableBytes
        case .data(let message): message.payload.readableBytes
        case .metadata(let message): message?.payload.readableBytes ?? 0
        case .tracks(let tracks): tracks.recordBytes
        case .discontinuity: 0
        }
    }
}
