public import NIOCore

/// What has to hold for a decoder whatever bytes it is given.
///
/// `FuzzTesting` looks for bytes that break it, and the ordinary tests replay those that once did.
public struct DecoderProperty: Sendable {
    /// The decoder's name: that of its fuzz target, and of its folders of seeds and finds.
    public let name: String
    private let body: @Sendable (ByteBuffer) throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (ByteBuffer) throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Gives `bytes` to the decoder; throws a ``Violation`` when what it makes of them contradicts itself.
    ///
    /// That the decoder refuses the bytes is no violation. That it traps nothing here can catch.
    public func check(_ bytes: ByteBuffer) throws {
        try body(bytes)
    }

    /// All properties, in the order of the floors.
    public static let all: [DecoderProperty] = [codecConfiguration, amf0, amf3, flv, handshake, chunkStream, tunnel]

    /// What a decoder did that it must not do.
    public struct Violation: Error, CustomStringConvertible {
        /// A sentence for the one who will look into it.
        public let description: String
    }
}

/// Throws a violation unless `condition` holds.
func require(_ condition: Bool, _ claim: String) throws {
    guard condition else { throw DecoderProperty.Violation(description: "it does not hold that " + claim) }
}
