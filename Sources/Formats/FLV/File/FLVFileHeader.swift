public import NIOCore

/// The head of an FLV file (FLV 10.1 §E.2).
public struct FLVFileHeader: Hashable, Sendable {
    /// Whether audio tags are promised.
    ///
    /// Live streams promise wrongly; a reader must not rely on it.
    public var hasAudio: Bool
    /// Whether video tags are promised.
    public var hasVideo: Bool

    /// The longest header that is believed, in bytes: every known writer's has nine, and four bytes can say four billion.
    public static let longest: UInt32 = 1024

    /// Length of the header of version 1 in bytes.
    static let length = 9

    /// Makes a header.
    public init(hasAudio: Bool, hasVideo: Bool) {
        self.hasAudio = hasAudio
        self.hasVideo = hasVideo
    }

    /// Appends the header and the first `PreviousTagSize`, which is 0: thirteen bytes.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(
            UInt8(ascii: "F"), UInt8(ascii: "L"), UInt8(ascii: "V"), 1 as UInt8,
            (hasAudio ? 0b100 : 0) | (hasVideo ? 0b001 : 0) as UInt8, UInt32(Self.length), 0 as UInt32)
    }

    /// Reads a header and the first `PreviousTagSize`; `nil`, and nothing moved, when they are not whole yet.
    ///
    /// - Throws: `.notFLV`, as soon as that shows; `.unsupportedVersion`, `.headerTooLong`.
    public init?(reading bytes: inout ByteBuffer) throws(FLVFault) {
        for (offset, letter) in "FLV".utf8.enumerated() {
            guard let byte = bytes.getInteger(at: bytes.readerIndex + offset, as: UInt8.self) else { return nil }
            guard byte == letter else { throw .notFLV }
        }
        var rest = bytes
        rest.moveReaderIndex(forwardBy: 3)
        guard let (version, flags, offset) = rest.readMultipleIntegers(as: (UInt8, UInt8, UInt32).self) else {
            return nil
        }
        guard version == 1 else { throw .unsupportedVersion(version) }
        guard offset <= Self.longest else { throw .headerTooLong(offset) }
        // An offset below nine is a mistake of the writer: the header has nine bytes.
        let length = max(Int(offset), Self.length) + FLVTagHeader.trailerLength
        guard bytes.readSlice(length: length) != nil else { return nil }
        hasAudio = flags & 0b100 != 0
        hasVideo = flags & 0b001 != 0
    }
}
