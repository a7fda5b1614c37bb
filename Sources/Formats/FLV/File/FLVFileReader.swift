public import NIOCore

/// Takes an FLV file or stream apart, however its bytes arrive.
///
/// Give it bytes with ``append(_:)`` and take tags with ``nextTag()`` until there is none; what it keeps meanwhile is one
/// unfinished tag at most. It relies on neither the promises of the file header nor on `PreviousTagSize`, which are
/// often wrong. Tags that it has no use for, of other types or encrypted, are passed over and counted.
public struct FLVFileReader: Sendable {
    /// The bounds of what is believed.
    public struct Limits: Sendable, Hashable {
        /// The longest body of a tag, in bytes.
        ///
        /// 16,777,215 by default, all that FLV can say: a file may well hold a key frame of some megabytes, and one tag
        /// is all that is kept.
        public var tagBytes = FLVTagHeader.longestBody

        /// Makes limits.
        public init() {}
    }

    /// The file's header, once it is read.
    public private(set) var header: FLVFileHeader?
    /// How many tags were passed over.
    public private(set) var skippedTagCount = 0

    private let limits: Limits
    private var pending = ByteBuffer()
    /// Whether the `PreviousTagSize` of the tag before is still to be passed over; a tag is whole without it.
    private var isBeforeTrailer = false

    /// Bytes that are read and may stay in front of those that are not, before they are moved away: 64 KiB, so that
    /// moving costs less than reading does.
    private static let slack = 64 << 10

    /// Makes a reader at the start of a file.
    public init(limits: Limits = .init()) {
        self.limits = limits
    }

    /// Takes bytes over.
    ///
    /// When all before were used, nothing is copied.
    public mutating func append(_ bytes: ByteBuffer) {
        guard pending.readableBytes > 0 else {
            pending = bytes
            return
        }
        if pending.readerIndex > Self.slack {
            var rest = ByteBuffer()
            rest.reserveCapacity(pending.readableBytes + bytes.readableBytes)
            rest.writeImmutableBuffer(pending)
            pending = rest
        }
        pending.writeImmutableBuffer(bytes)
    }

    /// The next tag that is whole; `nil` when more bytes are needed.
    ///
    /// After a fault there is no going on.
    public mutating func nextTag() throws(FLVFault) -> FLVTag? {
        if header == nil {
            header = try FLVFileHeader(reading: &pending)
            guard header != nil else { return nil }
        }
        while let head = nextHeader() {
            guard head.bodyLength <= limits.tagBytes else { throw .tagTooLong(head.bodyLength) }
            guard let body = pending.getSlice(at: pending.readerIndex + FLVTagHeader.length, length: head.bodyLength)
            else { return nil }
            pending.moveReaderIndex(forwardBy: FLVTagHeader.length + head.bodyLength)
            isBeforeTrailer = true
            if let tag = Self.tag(head, body) { return tag }
            skippedTagCount += 1
        }
        return nil
    }

    /// The header of the next tag, once what belongs to the tag before it is passed over.
    private mutating func nextHeader() -> FLVTagHeader? {
        if isBeforeTrailer {
            guard pending.readSlice(length: FLVTagHeader.trailerLength) != nil else { return nil }
            isBeforeTrailer = false
        }
        return FLVTagHeader(peeking: pending)
    }

    /// The tag of a header and a body, or `nil` when nobody has a use for it.
    private static func tag(_ head: FLVTagHeader, _ body: ByteBuffer) -> FLVTag? {
        guard !head.isFiltered else { return nil }
        if head.type == amf3Data {
            // AMF3 script data is a byte of 0 and then AMF0 all the same.
            var values = body
            guard values.readInteger(as: UInt8.self) == 0 else { return nil }
            return FLVTag(type: .scriptData, timestampMilliseconds: head.timestampMilliseconds, body: values)
        }
        return FLVTagType(rawValue: head.type).map {
            FLVTag(type: $0, timestampMilliseconds: head.timestampMilliseconds, body: body)
        }
    }

    /// The tag type of script data in AMF3 (Enhanced RTMP v2).
    private static let amf3Data: UInt8 = 15
}
