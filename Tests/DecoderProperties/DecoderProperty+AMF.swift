import AMF
import NIOCore

// What could be read can be written, reads back as the same, and is written the same again.

extension DecoderProperty {
    /// `AMF0Decoder`.
    public static let amf0 = DecoderProperty("AMF0") { bytes in
        let name = AMF0Decoder.leadingString(of: bytes)
        guard let values = try? AMF0Decoder.decodeAll(bytes) else { return }
        if case .string(let first) = values.first {
            try require(name == first, "a message is routed by its first string")
        }
        var written = ByteBuffer()
        written.writeAMF0(values)
        let again = try AMF0Decoder.decodeAll(written, limits: .wide)
        try require(again == values || hasNotANumber(values), "AMF0 reads what it wrote")
        var rewritten = ByteBuffer()
        rewritten.writeAMF0(again)
        try require(rewritten == written, "AMF0 writes the same for the same")
    }

    /// `AMF3Decoder`.
    public static let amf3 = DecoderProperty("AMF3") { bytes in
        guard let values = try? AMF3Decoder.decodeAll(bytes) else { return }
        for usesReferences in [true, false] {
            let written = write(values, usesReferences: usesReferences)
            let again = try AMF3Decoder.decodeAll(written, limits: .wide)
            try require(again == values || hasNotANumber(values), "AMF3 reads what it wrote")
            try require(write(again, usesReferences: usesReferences) == written, "AMF3 writes the same for the same")
        }
    }

    private static func write(_ values: [AMF3Value], usesReferences: Bool) -> ByteBuffer {
        var encoder = AMF3Encoder(usesReferences: usesReferences)
        var buffer = ByteBuffer()
        for value in values { encoder.encode(value, into: &buffer) }
        return buffer
    }

    private static func hasNotANumber(_ values: [some Any]) -> Bool {
        String(describing: values).contains("nan")
    }
}

extension AMFLimits {
    /// Room for references that the encoder makes where the message had none.
    fileprivate static let wide = AMFLimits(repeatedBytes: 4 * AMFLimits.default.repeatedBytes)
}
