/// An output format: how the elements of a stream become the bytes that viewers of that format receive.
///
/// The hub knows no protocol by name. It asks a format for a writer once per stream, and the writer for bytes once per
/// element; the bytes are shared between all viewers that asked for a format of the same `name`.
public protocol WireFormat: Sendable {
    /// Tells formats apart; two values of the same name write the same bytes.
    var name: String { get }

    /// What is written in this format's place where a stream is already written in as many as it may be; `nil` for
    /// formats of which there is a fixed number.
    var substitute: (any WireFormat)? { get }

    /// Makes the writer of one stream.
    func makeWriter() -> any WireWriter
}

extension WireFormat {
    /// Nothing else would do.
    public var substitute: (any WireFormat)? { nil }
}

extension WireFormat where Self: WireWriter {
    /// A format that need not remember anything writes by itself.
    public func makeWriter() -> any WireWriter { self }
}
