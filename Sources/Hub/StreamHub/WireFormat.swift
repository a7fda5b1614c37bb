public import MediaModel
public import NIOCore

/// An output format: how the elements of a stream become the bytes that viewers of that format receive.
///
/// The hub knows no protocol by name. It asks a format for bytes once per element and shares them between all viewers
/// that asked for a format of the same `name`, so what a format writes must not depend on who reads it or on what was
/// written before.
public protocol WireFormat: Sendable {
    /// Tells formats apart; two values of the same name write the same bytes.
    var name: String { get }

    /// What is written in this format's place where a stream is already written in as many as it may be; `nil` for
    /// formats of which there is a fixed number.
    var substitute: (any WireFormat)? { get }

    /// Writes what a viewer gets once, before anything else, such as an FLV file header.
    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer)

    /// Writes the metadata and the decoder configurations in force, for a viewer who starts or starts anew at
    /// `timestampMilliseconds` of the stream's timeline.
    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer)

    /// Writes one frame.
    func write(_ frame: MediaFrame, into bytes: inout ByteBuffer)

    /// Writes one data message.
    func write(_ message: DataMessage, into bytes: inout ByteBuffer)
}

extension WireFormat {
    /// Nothing else would do.
    public var substitute: (any WireFormat)? { nil }
}
