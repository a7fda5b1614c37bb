import TextCoding

/// A part of a resource (EXT-X-BYTERANGE, RFC 8216bis §4.4.4.2): `length[@offset]`.
public struct ByteRange: Hashable, Sendable {
    /// Number of bytes.
    public var length: Int64
    /// First byte, counted from 0; `nil` means behind the range of the segment before.
    public var offset: Int64?

    /// Makes a range.
    public init(length: Int64, offset: Int64? = nil) {
        self.length = length
        self.offset = offset
    }

    init?(_ text: Substring) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let length = DecimalInteger.parse(Substring(first)) else { return nil }
        self.length = length
        guard parts.count == 2 else { return }
        guard let offset = DecimalInteger.parse(Substring(parts[1])) else { return nil }
        self.offset = offset
    }

    var text: String { offset.map { "\(length)@\($0)" } ?? "\(length)" }
}
