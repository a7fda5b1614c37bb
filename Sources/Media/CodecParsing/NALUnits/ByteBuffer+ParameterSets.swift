import NIOCore

extension ByteBuffer {
    /// Reads `count` parameter sets, each behind its 16-bit length, the empty ones left out; `nil` when they are cut
    /// short.
    mutating func readParameterSets(_ count: Int) -> [ByteBuffer]? {
        var sets: [ByteBuffer] = []
        for _ in 0..<count {
            guard let set = readLengthPrefixedSlice(as: UInt16.self) else { return nil }
            if set.readableBytes > 0 { sets.append(set) }
        }
        return sets
    }

    /// Writes each of `sets` behind its 16-bit length.
    mutating func writeParameterSets(_ sets: [ByteBuffer]) {
        for set in sets {
            writeInteger(UInt16(truncatingIfNeeded: set.readableBytes))
            writeImmutableBuffer(set)
        }
    }
}
