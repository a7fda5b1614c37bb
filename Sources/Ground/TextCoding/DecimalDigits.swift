extension [UInt8] {
    /// Adds a number in decimal digits, with zeros before it where it has fewer than `width`.
    ///
    /// No text is made of it on the way: lists have tens of thousands of numbers.
    @inlinable
    public mutating func appendDigits(_ number: UInt64, width: Int = 1) {
        var rest = number
        var (low, length) = (count, 0)
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
            length += 1
        } while rest > 0 || length < width
        var high = count - 1
        while low < high {
            swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}
