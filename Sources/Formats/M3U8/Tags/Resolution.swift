import TextCoding

/// The size of the pictures in pixels, as RESOLUTION writes it: `1920x1080` (RFC 8216bis §4.2).
public struct Resolution: Hashable, Sendable {
    /// Pixels in a row.
    public var width: Int
    /// Rows.
    public var height: Int

    /// Makes a resolution.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    init?(_ text: Substring) {
        let parts = text.utf8.split(separator: UInt8(ascii: "x"), omittingEmptySubsequences: false)
        guard parts.count == 2, let width = DecimalInteger.parseCount(Substring(parts[0])),
            let height = DecimalInteger.parseCount(Substring(parts[1]))
        else { return nil }
        self.width = width
        self.height = height
    }

    var text: String { "\(width)x\(height)" }
}
