public import NIOCore

extension AMF0Decoder {
    /// The first string of a message, which names the command or the receiver of the data, without decoding the rest.
    ///
    /// Numbers, booleans, nulls and undefined values before it are passed over: a camera maker puts two numbers before
    /// `@setDataFrame`. `nil` when something else comes first or the string is not whole.
    public static func leadingString(of payload: ByteBuffer) -> String? {
        var payload = payload
        return readLeadingString(&payload)
    }

    /// Reads the first string of a message as ``leadingString(of:)`` does, and leaves in `payload` what follows it.
    ///
    /// Moves nothing when there is none.
    public static func readLeadingString(_ payload: inout ByteBuffer) -> String? {
        var rest = payload
        while let byte = rest.readInteger(as: UInt8.self) {
            let text: String?
            switch AMF0Marker(rawValue: byte) {
            case .number:
                guard rest.readSlice(length: 8) != nil else { return nil }
                continue
            case .boolean:
                guard rest.readSlice(length: 1) != nil else { return nil }
                continue
            case .null, .undefined: continue
            // A string that is cut short is none; what is wrong with it, the decoder of the whole message says.
            case .string: text = try? rest.readShortText()
            case .longString: text = try? rest.readLongText()
            default: text = nil
            }
            if text != nil { payload = rest }
            return text
        }
        return nil
    }
}
