import NIOCore

/// What a frame says of itself, so that whoever receives it knows whether it is whole, in order and on time.
///
/// It is written in bytes from 0x80 up, seven bits in each: there is no start code in it and no emulation prevention to
/// be put in, whatever a server does with the coded picture around it.
struct FrameStamp: Equatable {
    /// Which publisher sent it, modulo 2^14.
    var publisher: Int
    /// Its number among the frames of its kind, from 0.
    var sequence: Int
    /// When it was handed to the socket, in nanoseconds of the machine's monotonic clock.
    var sentAt: UInt64
    /// Bytes of the whole body that it stands in.
    var bodyBytes: Int

    /// Bytes that a stamp takes.
    static let size = 30

    /// What every stamp begins with.
    static let firstByte: UInt8 = 0xF7
    private static let mark: [UInt8] = [0xF7, 0x93, 0xB5, 0xCA]
    private static let widths = (publisher: 2, sequence: 5, sentAt: 10, bodyBytes: 4, checksum: 5)

    /// Writes the stamp.
    func write(into bytes: inout ByteBuffer) {
        bytes.writeBytes(Self.mark)
        Self.write(UInt64(truncatingIfNeeded: publisher), Self.widths.publisher, into: &bytes)
        Self.write(UInt64(truncatingIfNeeded: sequence), Self.widths.sequence, into: &bytes)
        Self.write(sentAt, Self.widths.sentAt, into: &bytes)
        Self.write(UInt64(truncatingIfNeeded: bodyBytes), Self.widths.bodyBytes, into: &bytes)
        Self.write(UInt64(checksum), Self.widths.checksum, into: &bytes)
    }

    /// Reads a stamp; `nil` where there is none, or one that was damaged.
    init?(_ bytes: UnsafeRawBufferPointer.SubSequence) {
        guard bytes.count >= Self.size, bytes.starts(with: Self.mark) else { return nil }
        var place = bytes.startIndex + Self.mark.count
        publisher = Int(Self.read(Self.widths.publisher, bytes, &place))
        sequence = Int(Self.read(Self.widths.sequence, bytes, &place))
        sentAt = Self.read(Self.widths.sentAt, bytes, &place)
        bodyBytes = Int(Self.read(Self.widths.bodyBytes, bytes, &place))
        guard Self.read(Self.widths.checksum, bytes, &place) == UInt64(checksum) else { return nil }
    }

    init(publisher: Int, sequence: Int, sentAt: UInt64, bodyBytes: Int) {
        self.publisher = publisher & 0x3FFF
        self.sequence = sequence
        self.sentAt = sentAt
        self.bodyBytes = bodyBytes
    }

    /// Of all other fields (FNV-1a, a word at a time).
    private var checksum: UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in [UInt64(publisher), UInt64(sequence), sentAt, UInt64(bodyBytes)] {
            hash = (hash ^ word) &* 0x0000_0100_0000_01B3
        }
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }

    private static func write(_ value: UInt64, _ width: Int, into bytes: inout ByteBuffer) {
        for group in (0..<width).reversed() {
            bytes.writeInteger(0x80 | UInt8(truncatingIfNeeded: value >> UInt64(7 * group)))
        }
    }

    private static func read(_ width: Int, _ bytes: UnsafeRawBufferPointer.SubSequence, _ place: inout Int) -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<width {
            value = value << 7 | UInt64(bytes[place] & 0x7F)
            place += 1
        }
        return value
    }
}
