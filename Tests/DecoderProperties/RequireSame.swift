import NIOCore

/// Holds the outcome for `bytes` in one piece against that for bytes in single and in growing pieces.
func requireSame<Outcome: Equatable>(
    _ bytes: ByteBuffer, _ claim: String, _ outcome: ([ByteBuffer]) throws -> Outcome
) throws {
    let whole = try outcome([bytes])
    for sizes in [[1], [2, 3, 5, 11, 128, 1536, 1]] {
        var rest = bytes
        var pieces: [ByteBuffer] = []
        while rest.readableBytes > 0 {
            let size = min(sizes[pieces.count % sizes.count], rest.readableBytes)
            pieces.append(rest.readSlice(length: size) ?? ByteBuffer())
        }
        try require(try outcome(pieces) == whole, claim)
    }
}
