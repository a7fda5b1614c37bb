import NIOConcurrencyHelpers
public import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of a recording, to be read or to be removed.
public struct RecordedFile: Sendable {
    /// Why nothing can be done with it, in words for who runs the server.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What the system said.
        public let description: String
    }

    /// Bytes that are read at once: 256 KiB.
    static let pieceBytes = 256 << 10

    /// Bytes of it when it was opened; one that is still written grows.
    public let length: Int
    private let descriptor: Descriptor

    /// Opens a file.
    ///
    /// - Returns: `nil` where there is none.
    /// - Throws: `Failure`
    public static func open(_ path: String) async throws -> RecordedFile? {
        try await NIOThreadPool.singleton.runIfActive {
            let number = Self.systemOpen(path)
            guard number >= 0 else {
                if errno == ENOENT || errno == ENOTDIR { return nil }
                throw Failure(description: String(cString: strerror(errno)))
            }
            let descriptor = Descriptor(number)
            var facts = stat()
            guard fstat(number, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
            return RecordedFile(length: Int(facts.st_size), descriptor: descriptor)
        }
    }

    /// Removes a file; one that is not there is no failure.
    ///
    /// - Throws: `Failure`
    public static func remove(_ path: String) async throws {
        try await NIOThreadPool.singleton.runIfActive {
            guard unlink(path) != 0, errno != ENOENT, errno != ENOTDIR else { return }
            throw Failure(description: String(cString: strerror(errno)))
        }
    }

    /// How large a file is, and when it was written last, in milliseconds since 1970; `nil` where there is none.
    public static func facts(of path: String) async -> (bytes: Int, writtenAt: Int64)? {
        let facts = try? await NIOThreadPool.singleton.runIfActive { () -> (bytes: Int, writtenAt: Int64)? in
            var facts = stat()
            guard stat(path, &facts) == 0 else { return nil }
            #if canImport(Darwin)
                let time = facts.st_mtimespec
            #else
                let time = facts.st_mtim
            #endif
            return (Int(facts.st_size), Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
        }
        // A pool that has ended knows nothing.
        return facts ?? nil
    }

    /// The bytes in a range, piece by piece as they are taken.
    public func pieces(_ range: Range<Int>) -> AsyncStream<ByteBuffer> {
        let position = NIOLockedValueBox(range.lowerBound)
        return AsyncStream { [descriptor] in
            let start = position.withLockedValue { $0 }
            let count = min(Self.pieceBytes, range.upperBound - start)
            guard count > 0 else { return nil }
            // What cannot be read ends the stream, and whoever counts sees that it is too short.
            let piece = try? await NIOThreadPool.singleton.runIfActive { descriptor.read(count, at: start) }
            guard let piece, piece.readableBytes > 0 else { return nil }
            position.withLockedValue { $0 += piece.readableBytes }
            return piece
        }
    }

    private static func systemOpen(_ path: String) -> CInt {
        #if canImport(Glibc)
            Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        #elseif canImport(Musl)
            Musl.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        #else
            Darwin.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        #endif
    }

    /// Is closed when nobody holds it any more.
    private final class Descriptor: Sendable {
        private let number: CInt

        init(_ number: CInt) {
            self.number = number
        }

        deinit {
            close(number)
        }

        func read(_ count: Int, at offset: Int) -> ByteBuffer {
            var bytes = ByteBuffer()
            bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
                max(0, pread(number, room.baseAddress, count, off_t(offset)))
            }
            return bytes
        }
    }
}
