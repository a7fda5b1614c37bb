/// Decimal integers as text (RFC 8216bis §4.2): digits alone, no sign.
public enum DecimalInteger {
    /// Reads up to 19 digits; `nil` for anything else, and for what 63 bits do not hold.
    public static func parse(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 19 else { return nil }
        var value: Int64 = 0
        for byte in text.utf8 {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = byte else { return nil }
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, beyond) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !over, !beyond else { return nil }
            value = sum
        }
        return value
    }

    /// Reads a number that counts things: it must leave room to be added to.
    public static func parseCount(_ text: Substring) -> Int? {
        guard let value = parse(text), value <= Int64(Int32.max) else { return nil }
        return Int(value)
    }
}
