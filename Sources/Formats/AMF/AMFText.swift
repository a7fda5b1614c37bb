import NIOCore

// Text is UTF-8 by both specifications, but hardware encoders send Latin-1. Bytes that are no UTF-8 are taken for
// ISO Latin-1, which every byte is: reading cannot fail, and different bytes never become the same text, as they would
// with replacement characters. Payloads that pass through the server keep their bytes; only what is looked at is text.

extension ByteBuffer {
    /// Reads `length` bytes as text.
    mutating func readAMFText(length: Int) throws(AMFFault) -> String {
        guard let bytes = readSlice(length: length) else {
            throw .lengthBeyondEnd(length: length, remainingBytes: readableBytes)
        }
        let view = bytes.readableBytesView
        return String(validating: view, as: UTF8.self) ?? String(decoding: view.lazy.map(UInt16.init), as: UTF16.self)
    }
}

/// Text that equals other text only byte by byte: `String` takes a composed and a decomposed "é" for the same.
struct ExactText: Hashable, Sendable {
    let text: String

    static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
