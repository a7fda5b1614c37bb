import CodecParsing
import NIOCore

/// AV1's descriptor of MPEG-2 systems, which stands in for a configuration record in `MPEG2TSSequenceStart`
/// ("Carriage of AV1 in MPEG-2 TS" §2.2).
enum AV1VideoDescriptor {
    private static let tag: UInt8 = 0x80

    /// The record that says the same: the descriptor's four bytes without its two bits about dynamic range.
    ///
    /// Descriptors before it are passed over, and tag and length may be missing.
    static func record(_ body: ByteBuffer) throws(FLVFault) -> ByteBuffer {
        var rest = body
        // Marker and version of the bare form, which are no tag of a descriptor in use.
        if body.getInteger(at: body.readerIndex, as: UInt8.self) != 0x81 {
            while true {
                guard let (tag, length) = rest.readMultipleIntegers(as: (UInt8, UInt8).self),
                    let content = rest.readSlice(length: Int(length))
                else { throw .malformedRecord(.truncated) }
                guard tag == Self.tag else { continue }
                rest = content
                break
            }
        }
        guard let fields = rest.readInteger(as: UInt32.self) else { throw .malformedRecord(.truncated) }
        return ByteBuffer(integer: fields & 0xFFFF_FF1F)
    }
}
