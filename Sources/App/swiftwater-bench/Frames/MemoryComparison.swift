#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension UnsafeRawBufferPointer.SubSequence {
    /// Whether two ranges of memory of the same length hold the same bytes.
    func elementsAreEqual(to other: Self) -> Bool {
        guard count == other.count else { return false }
        let (mine, others) = (UnsafeRawBufferPointer(rebasing: self), UnsafeRawBufferPointer(rebasing: other))
        guard let first = mine.baseAddress, let second = others.baseAddress else { return count == 0 }
        return memcmp(first, second, count) == 0
    }
}
