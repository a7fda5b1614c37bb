import CZlib
import NIOCore

/// What a player makes of a gzip member, by the library that most of them use.
enum Gunzip {
    struct Failure: Error {
        var code: CInt
    }

    /// Most bytes of a text: more than any here has.
    private static let mostBytes = 1 << 20

    /// The text of a single, complete member.
    static func text(of member: ByteBuffer) throws -> String {
        var stream = z_stream()
        let begun = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { throw Failure(code: begun) }
        defer { inflateEnd(&stream) }
        var input = member
        var output = ByteBuffer()
        var outcome = Z_OK
        _ = input.withUnsafeMutableReadableBytes { source in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: mostBytes) { room in
                stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = room.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(room.count)
                outcome = inflate(&stream, Z_FINISH)
                return Int(stream.total_out)
            }
        }
        guard outcome == Z_STREAM_END, stream.avail_in == 0 else { throw Failure(code: outcome) }
        return String(buffer: output)
    }
}
