public import NIOCore

/// Runs `body` with `bytes` cut into pieces in every way that has found bugs before: whole, byte by byte, and in two at
/// every place.
///
/// Each piece lies between bytes of poison that a reader which looks outside its window would see.
///
/// A parser is right when it says the same for every cutting.
public func forEveryCutting(of bytes: ByteBuffer, _ body: ([ByteBuffer]) throws -> Void) rethrows {
    let count = bytes.readableBytes
    try body([poisoned(bytes)])
    try body((0..<count).map { piece(of: bytes, from: $0, to: $0 + 1) })
    guard count > 1 else { return }
    // Every split of a short input; of a long one a few hundred, spread evenly and on both ends.
    let stride = max(1, count / 400)
    for split in Swift.stride(from: 1, to: count, by: stride) {
        try body([piece(of: bytes, from: 0, to: split), piece(of: bytes, from: split, to: count)])
    }
}

private func piece(of bytes: ByteBuffer, from: Int, to: Int) -> ByteBuffer {
    var part = bytes
    part.moveReaderIndex(forwardBy: from)
    return poisoned(part.readSlice(length: to - from) ?? ByteBuffer())
}

private func poisoned(_ bytes: ByteBuffer) -> ByteBuffer {
    var buffer = ByteBuffer(repeating: 0xA5, count: 7)
    buffer.moveReaderIndex(forwardBy: 7)
    buffer.writeImmutableBuffer(bytes)
    let end = buffer.writerIndex
    buffer.writeRepeatingByte(0x5A, count: 7)
    buffer.moveWriterIndex(to: end)
    return buffer
}
