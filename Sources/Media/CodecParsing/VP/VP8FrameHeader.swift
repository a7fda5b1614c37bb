public import NIOCore

/// The front of a VP8 frame (RFC 6386 §9.1).
public struct VP8FrameHeader: Hashable, Sendable {
    /// Whether a decoder can start here.
    public let isKeyFrame: Bool
    /// The version, 0 … 3, which chooses filters: the profile of codec strings.
    public let version: UInt8
    /// Whether the frame is to be shown.
    public let isShown: Bool
    /// Width of the picture in pixels, 1 … 16,383; `nil` unless this is a key frame.
    public let width: Int?
    /// Height of the picture in pixels, 1 … 16,383; `nil` unless this is a key frame.
    public let height: Int?

    /// Reads the header at the front of `frame`; `nil` when there is none.
    public init?(parsing frame: ByteBuffer) {
        var frame = frame
        guard let (first, _) = frame.readMultipleIntegers(as: (UInt8, UInt16).self) else { return nil }
        isKeyFrame = first & 1 == 0
        version = first >> 1 & 0b111
        isShown = first >> 4 & 1 == 1
        guard version <= 3 else { return nil }
        guard isKeyFrame else {
            width = nil
            height = nil
            return
        }
        guard let (start, first) = frame.readMultipleIntegers(as: (UInt16, UInt8).self), start == 0x9D01, first == 0x2A,
            let width = frame.readInteger(endianness: .little, as: UInt16.self),
            let height = frame.readInteger(endianness: .little, as: UInt16.self)
        else { return nil }
        // The two highest bits ask the player to scale, which none does.
        self.width = Int(width & 0x3FFF)
        self.height = Int(height & 0x3FFF)
        guard width & 0x3FFF > 0, height & 0x3FFF > 0 else { return nil }
    }
}
