import CZlib
import NIOCore

/// Compression of texts that are sent often and change seldom (RFC 1952).
enum Gzip {
    /// The bytes as a gzip member, or `nil` when the library declines.
    static func compress(_ bytes: ByteBuffer) -> ByteBuffer? {
        deflate(bytes, flush: Z_FINISH)
    }

    /// The beginning of a gzip member, for texts that begin alike and end each in its own way.
    ///
    /// The ends are not compressed (RFC 1951 §3.2.4), which costs nothing but their length.
    struct Beginning: Sendable {
        /// Longest end, in bytes: what one stored block holds.
        private static let longestEnd = Int(UInt16.max)

        private let compressed: ByteBuffer
        private let checksum: UInt
        private let length: Int

        /// Compresses what texts begin with; `nil` when the library declines.
        init?(_ bytes: ByteBuffer) {
            // Flushed to a whole byte, so that a block can be put behind it.
            guard let compressed = Gzip.deflate(bytes, flush: Z_SYNC_FLUSH) else { return nil }
            self.compressed = compressed
            checksum = Gzip.checksum(of: bytes)
            length = bytes.readableBytes
        }

        /// The member for a text that ends with `end`; `nil` for one that is too long.
        func ended(with end: ByteBuffer) -> ByteBuffer? {
            let count = end.readableBytes
            guard count <= Self.longestEnd else { return nil }
            var member = ByteBufferAllocator().buffer(capacity: compressed.readableBytes + 5 + count + 8)
            member.writeImmutableBuffer(compressed)
            // The last block, stored.
            member.writeInteger(UInt8(1))
            member.writeInteger(UInt16(count), endianness: .little)
            member.writeInteger(~UInt16(count), endianness: .little)
            member.writeImmutableBuffer(end)
            let checksum = Gzip.checksum(of: end, after: checksum)
            member.writeInteger(UInt32(truncatingIfNeeded: checksum), endianness: .little)
            member.writeInteger(UInt32(truncatingIfNeeded: length + count), endianness: .little)
            return member
        }
    }

    private static func checksum(of bytes: ByteBuffer, after checksum: UInt = 0) -> UInt {
        bytes.withUnsafeReadableBytes { bytes in
            crc32_z(checksum, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        }
    }

    private static func deflate(_ bytes: ByteBuffer, flush: CInt) -> ByteBuffer? {
        var stream = z_stream()
        // 15 bits of window, and 16 for a gzip header instead of zlib's own.
        let begun = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { return nil }
        defer { deflateEnd(&stream) }

        var input = bytes
        var output = ByteBuffer()
        // A flush may add an empty block.
        let bound = Int(deflateBound(&stream, UInt(input.readableBytes))) + 8
        let isComplete = input.withUnsafeMutableReadableBytes { source in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { destination in
                stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = destination.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(destination.count)
                let outcome = CZlib.deflate(&stream, flush)
                let isWhole = flush == Z_FINISH ? outcome == Z_STREAM_END : outcome == Z_OK && stream.avail_in == 0
                return isWhole ? Int(stream.total_out) : 0
            } > 0
        }
        return isComplete ? output : nil
    }
}
