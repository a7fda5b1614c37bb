import NIOCore

/// Writing boxes straight into the destination: the size is filled in when the content stands.
extension ByteBuffer {
    /// Writes a box of `type` around what `content` writes (ISO/IEC 14496-12 §4.2.2).
    ///
    /// The 32-bit size always suffices: a `ByteBuffer` holds less than 4 GiB.
    @inline(__always)
    mutating func writeBox(_ type: BoxType, _ content: (inout ByteBuffer) -> Void) {
        let start = writerIndex
        writeMultipleIntegers(UInt32(0), type.rawValue)
        content(&self)
        setInteger(UInt32(truncatingIfNeeded: writerIndex - start), at: start)
    }

    /// Writes a full box, which begins with a version and 24 bits of flags (ISO/IEC 14496-12 §4.2.2).
    @inline(__always)
    mutating func writeFullBox(
        _ type: BoxType, version: UInt8 = 0, flags: UInt32 = 0, _ content: (inout ByteBuffer) -> Void
    ) {
        writeBox(type) { box in
            box.writeInteger(UInt32(version) << 24 | flags & 0xFF_FFFF)
            content(&box)
        }
    }
}
