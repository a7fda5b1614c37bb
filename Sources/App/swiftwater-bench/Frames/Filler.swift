import NIOCore

/// The bytes that make a frame as long as an encoder's: the same everywhere, so that a receiver can check all of them.
///
/// No byte is zero, so no three of them look like a start code.
struct Filler: Sendable {
    static let shared = Filler()

    /// Fits into a core's second cache together with what a socket delivers.
    private static let period = 256 << 10

    private let bytes: ByteBuffer

    private init() {
        var state: UInt64 = 0x5EED
        var bytes = ByteBuffer()
        bytes.reserveCapacity(Self.period)
        for _ in 0..<Self.period {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            bytes.writeInteger(UInt8(truncatingIfNeeded: mixed >> 56) | 0x01)
        }
        self.bytes = bytes
    }

    /// Writes `count` bytes of the filler of frame `sequence`.
    func write(_ count: Int, of sequence: Int, into body: inout ByteBuffer) {
        forEachPiece(count, of: sequence) { offset, length in
            guard let piece = bytes.getSlice(at: offset, length: length) else { return false }
            body.writeImmutableBuffer(piece)
            return true
        }
    }

    /// Whether all of `body` is the filler of frame `sequence`.
    func matches(_ body: UnsafeRawBufferPointer.SubSequence, of sequence: Int) -> Bool {
        bytes.withUnsafeReadableBytes { filler in
            var place = body.startIndex
            return forEachPiece(body.count, of: sequence) { offset, length in
                defer { place += length }
                return body[place..<place + length].elementsAreEqual(to: filler[offset..<offset + length])
            }
        }
    }

    /// Calls `body` with each run of the filler, until it returns false.
    @discardableResult
    private func forEachPiece(_ count: Int, of sequence: Int, _ body: (_ offset: Int, _ length: Int) -> Bool) -> Bool {
        // An odd step, so that neighbours differ everywhere.
        var offset = (sequence &* 4099) & (Self.period - 1)
        var rest = count
        while rest > 0 {
            let length = min(rest, Self.period - offset)
            guard body(offset, length) else { return false }
            rest -= length
            offset = 0
        }
        return true
    }
}
