import ByteCoding
import NIOCore

/// The eleven bytes before the body of a tag (FLV 10.1 §E.4.1).
struct FLVTagHeader: Hashable {
    /// The type's number, which may be none of ``FLVTagType``.
    let type: UInt8
    /// Whether the body is encrypted.
    let isFiltered: Bool
    /// Length of the body in bytes, 0 … 16,777,215.
    let bodyLength: Int
    /// In milliseconds modulo 2^32.
    let timestampMilliseconds: UInt32

    /// Length of a tag header in bytes.
    static let length = 11
    /// Length of the `PreviousTagSize` behind each tag in bytes.
    static let trailerLength = 4
    /// The longest body that 24 bits can say, in bytes.
    static let longestBody = 0xFF_FFFF

    /// The header at the front of `bytes`; `nil` when it is not whole.
    init?(peeking bytes: ByteBuffer) {
        var bytes = bytes
        guard let first = bytes.readInteger(as: UInt8.self), let length = bytes.readUInt24(),
            let low = bytes.readUInt24(), let high = bytes.readInteger(as: UInt8.self), bytes.readUInt24() != nil
        else { return nil }
        type = first & 0x1F
        isFiltered = first & 0x20 != 0
        bodyLength = Int(length)
        timestampMilliseconds = UInt32(high) << 24 | low
    }
}
