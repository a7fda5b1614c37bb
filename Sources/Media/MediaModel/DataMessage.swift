public import NIOCore

/// A data message that travels with the media: `onMetaData`, `onTextData`, `onCuePoint` and others (RTMP 1.0 §7.1.2).
public struct DataMessage: Sendable, Equatable {
    /// The name of the handler it is meant for, such as `onMetaData`; never `@setDataFrame`.
    public let name: String
    /// Position on the stream's timeline, in milliseconds.
    public var timestampMilliseconds: Int64
    /// The message's AMF0 values, the name first, as they travel in an RTMP data message and in an FLV script data tag.
    public let payload: ByteBuffer

    /// Makes a data message.
    public init(name: String, timestampMilliseconds: Int64, payload: ByteBuffer) {
        self.name = name
        self.timestampMilliseconds = timestampMilliseconds
        self.payload = payload
    }
}
