public import NIOCore

/// Walks through the boxes that lie side by side in a file or in another box.
///
/// The work is bounded by the bytes given: each box takes at least eight of them, contents are slices, and nothing is
/// reserved on the word of a size field.
public struct BoxReader: Sendable {
    /// How deep boxes may lie in each other: 16.
    ///
    /// The specification's own deepest chain, `moov` to a box in a sample entry, is 8.
    public static let deepestNesting = 16

    private var bytes: ByteBuffer
    private let parent: BoxType
    private let depth: Int
    private var offset: Int

    /// Makes a reader over the boxes of a file, or of a piece of one that begins with a box.
    public init(_ bytes: ByteBuffer) {
        self.init(bytes, parent: "file", depth: 0, offset: 0)
    }

    init(_ bytes: ByteBuffer, parent: BoxType, depth: Int, offset: Int) {
        self.bytes = bytes
        self.parent = parent
        self.depth = depth
        self.offset = offset
    }

    /// Reads the next box, or returns `nil` at the end.
    public mutating func next() throws(ISOBMFFFault) -> Box? {
        guard bytes.readableBytes > 0 else { return nil }
        let available = UInt64(bytes.readableBytes)
        guard let (shortSize, code) = bytes.readMultipleIntegers(as: (UInt32, UInt32).self) else {
            throw .truncated(parent)
        }
        let type = BoxType(rawValue: code)
        var headerLength: UInt64 = 8
        var size = UInt64(shortSize)
        if shortSize == 1 {
            guard let longSize = bytes.readInteger(as: UInt64.self) else { throw .truncated(type) }
            size = longSize
            headerLength = 16
        } else if shortSize == 0 {
            // Only the last box of a file may say "to the end" (§4.2.2), which a parent's end would contradict.
            guard depth == 0 else { throw .boxShorterThanHeader(type, size: 0) }
            size = available
        }
        guard size >= headerLength else { throw .boxShorterThanHeader(type, size: size) }
        guard size <= available, let content = bytes.readSlice(length: Int(size - headerLength)) else {
            throw .boxLongerThanParent(type, size: size)
        }
        defer { offset += Int(size) }
        return Box(type: type, content: content, offset: offset, size: Int(size), depth: depth)
    }

    /// Reads on to the next box of `type`, passing over all others, or returns `nil` when none follows.
    public mutating func next(_ type: BoxType) throws(ISOBMFFFault) -> Box? {
        while let box = try next() {
            if box.type == type { return box }
        }
        return nil
    }
}

/// One box of a file.
public struct Box: Sendable {
    /// What the box is.
    public let type: BoxType
    /// Everything behind the size and the type.
    public let content: ByteBuffer
    /// Where the box begins, in bytes from the beginning of what the outermost reader was given.
    public let offset: Int
    /// The length of the whole box with its header, in bytes.
    public let size: Int

    private let depth: Int

    init(type: BoxType, content: ByteBuffer, offset: Int, size: Int, depth: Int) {
        self.type = type
        self.content = content
        self.offset = offset
        self.size = size
        self.depth = depth
    }

    /// Where the content begins, in bytes from the beginning of what the outermost reader was given.
    public var contentOffset: Int { offset + size - content.readableBytes }

    /// A reader over the boxes inside, which begin after `fieldsLength` bytes of the box's own fields.
    public func children(after fieldsLength: Int = 0) throws(ISOBMFFFault) -> BoxReader {
        guard depth + 1 < BoxReader.deepestNesting else { throw .nestedTooDeep(type) }
        var inner = content
        guard fieldsLength >= 0, inner.readableBytes >= fieldsLength else { throw .truncated(type) }
        inner.moveReaderIndex(forwardBy: fieldsLength)
        return BoxReader(inner, parent: type, depth: depth + 1, offset: contentOffset + fieldsLength)
    }

    /// The first box of `type` directly inside, or `nil`.
    public func firstChild(_ type: BoxType, after fieldsLength: Int = 0) throws(ISOBMFFFault) -> Box? {
        var reader = try children(after: fieldsLength)
        return try reader.next(type)
    }

    /// The first box of `type` directly inside, which must be there.
    public func requiredChild(_ type: BoxType, after fieldsLength: Int = 0) throws(ISOBMFFFault) -> Box {
        guard let child = try firstChild(type, after: fieldsLength) else { throw .missingBox(type) }
        return child
    }

    /// A reader for the fields of a plain box.
    public var fields: BoxFields { BoxFields(type: type, bytes: content) }

    /// The version and the flags of a full box, and a reader for the fields behind them.
    public func fullBox() throws(ISOBMFFFault) -> (version: UInt8, flags: UInt32, fields: BoxFields) {
        var fields = fields
        let word: UInt32 = try fields.read()
        return (UInt8(word >> 24), word & 0xFF_FFFF, fields)
    }
}

/// Reads the fields of one box in their order; every read past the end throws `ISOBMFFFault.truncated`.
public struct BoxFields: Sendable {
    private let type: BoxType
    private var bytes: ByteBuffer

    init(type: BoxType, bytes: ByteBuffer) {
        self.type = type
        self.bytes = bytes
    }

    /// How many bytes are left.
    public var remaining: Int { bytes.readableBytes }

    /// Reads a big-endian integer.
    @inline(__always)
    mutating func read<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(ISOBMFFFault) -> Value {
        guard let value = bytes.readInteger(as: Value.self) else { throw .truncated(type) }
        return value
    }

    /// Reads an unsigned integer of one byte.
    public mutating func readUInt8() throws(ISOBMFFFault) -> UInt8 { try read() }
    /// Reads an unsigned integer of two bytes.
    public mutating func readUInt16() throws(ISOBMFFFault) -> UInt16 { try read() }
    /// Reads an unsigned integer of four bytes.
    public mutating func readUInt32() throws(ISOBMFFFault) -> UInt32 { try read() }
    /// Reads a two's complement integer of four bytes.
    public mutating func readInt32() throws(ISOBMFFFault) -> Int32 { try read() }
    /// Reads an unsigned integer of eight bytes.
    public mutating func readUInt64() throws(ISOBMFFFault) -> UInt64 { try read() }

    /// Reads `length` bytes as a slice.
    public mutating func readBytes(_ length: Int) throws(ISOBMFFFault) -> ByteBuffer {
        guard length >= 0, let slice = bytes.readSlice(length: length) else { throw .truncated(type) }
        return slice
    }

    /// Passes over `length` bytes.
    public mutating func skip(_ length: Int) throws(ISOBMFFFault) {
        guard length >= 0, length <= bytes.readableBytes else { throw .truncated(type) }
        bytes.moveReaderIndex(forwardBy: length)
    }
}
