public import NIOCore

/// Reads AMF3 values that share their reference tables (Action Message Format 3, January 2013).
///
/// In RTMP such values only occur within AMF0, and ``AMF0Decoder`` reads them there. This one is for bytes that are
/// AMF3 from the start.
public struct AMF3Decoder: Sendable {
    private var budget: AMFBudget
    private var reader = AMF3Reader()

    /// Makes a decoder for one message.
    public init(limits: AMFLimits = .default) {
        budget = AMFBudget(limits: limits)
    }

    /// Reads all values of a message that lies whole in `buffer`.
    public static func decodeAll(
        _ buffer: ByteBuffer, limits: AMFLimits = .default
    ) throws(AMFFault) -> [AMF3Value] {
        var decoder = AMF3Decoder(limits: limits)
        var buffer = buffer
        var values: [AMF3Value] = []
        while buffer.readableBytes > 0 {
            values.append(try decoder.decode(&buffer))
        }
        return values
    }

    /// Reads the next value of the message, of which `buffer` must hold all that is left.
    public mutating func decode(_ buffer: inout ByteBuffer) throws(AMFFault) -> AMF3Value {
        try budget.charge(values: 1)
        return try reader.readValue(&buffer, &budget)
    }
}
