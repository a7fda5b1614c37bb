public import NIOCore

extension ByteBuffer {
    /// Makes a buffer of hexadecimal digits, white space between them ignored.
    ///
    /// A digit that is none ends the process: the text is a test's own.
    public init(hex text: String) {
        let digits = text.filter { !$0.isWhitespace }.map { digit in
            guard let value = digit.hexDigitValue else { preconditionFailure("not a hexadecimal digit: \(digit)") }
            return UInt8(value)
        }
        precondition(digits.count.isMultiple(of: 2), "an odd number of digits")
        self.init(bytes: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    /// The readable bytes as lower-case hexadecimal digits.
    public var hex: String {
        readableBytesView.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}
