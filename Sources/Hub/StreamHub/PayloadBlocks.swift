import NIOCore

/// Gives the payloads of a stream's frames memory that lasts, many of them to a block.
///
/// A payload comes as a slice of what a socket brought, and whoever keeps it would keep all that came with it, or hold up
/// memory that is to be read into again. Memory for each payload alone is two allocations, and two releases of memory that
/// nobody has touched since: with 200 publishers that was a seventh of what taking their frames costs. Frames are let go in
/// the order in which they came, a group of pictures at a time, so those of a block go together.
///
/// Only what is kept may be given a place: a frame holds its whole block, so that a stream holds what its frames take and
/// at most two blocks more.
struct PayloadBlocks {
    /// 64 KiB: some thirty frames of a megabit a second, and for nobody who publishes much.
    static let blockBytes = 64 << 10
    /// Payloads that are longer have memory of their own, so that at most a quarter of a block stays empty.
    static let greatestPayload = blockBytes / 4

    /// The bytes of the present block, of which payloads are slices.
    private var block = ByteBuffer()
    /// Where they are.
    ///
    /// Good for as long as `block` is the present one: a buffer's memory moves when the buffer is written to, and nothing
    /// writes to this one. What is written here, past all slices that were handed out, no one can read yet; and it is
    /// written before its own slice exists, so that whoever takes the slice to another thread takes the bytes along.
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var used = 0

    /// The same bytes in memory that may be kept.
    mutating func keep(_ payload: ByteBuffer) -> ByteBuffer {
        let count = payload.readableBytes
        // Most of its memory already.
        guard payload.storageCapacity / 2 > count else { return payload }
        guard count <= Self.greatestPayload else { return ByteBuffer(buffer: payload) }
        if memory.count - used < count { beginBlock() }
        guard let kept = block.getSlice(at: used, length: count), used + count <= memory.count else {
            return ByteBuffer(buffer: payload)
        }
        payload.withUnsafeReadableBytes { memory[used..<used + count].copyBytes(from: $0) }
        used += count
        return kept
    }

    /// Lets go of the present block; frames that lie in it keep it.
    mutating func clear() {
        self = PayloadBlocks()
    }

    private mutating func beginBlock() {
        block = ByteBufferAllocator().buffer(capacity: Self.blockBytes)
        block.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.blockBytes) { _ in Self.blockBytes }
        memory = block.withUnsafeMutableReadableBytes { $0 }
        used = 0
    }
}
