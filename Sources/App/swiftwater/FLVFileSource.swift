import FLV
import NIOCore
import NIOFileSystem

/// The tags of an FLV file, read as they are asked for.
struct FLVFileSource {
    private static let blockBytes: Int64 = 256 << 10

    private let path: String
    private let handle: ReadFileHandle
    private var offset: Int64 = 0
    private var reader = FLVFileReader()

    /// Opens a file for as long as `body` runs.
    ///
    /// - Throws: `CommandFailure` where it is the file's fault.
    static func withFile<Result>(
        at path: String, _ body: (inout FLVFileSource) async throws -> Result
    ) async throws -> Result {
        do {
            return try await FileSystem.shared.withFileHandle(forReadingAt: FilePath(path)) { handle in
                var source = FLVFileSource(path: path, handle: handle)
                return try await body(&source)
            }
        } catch let error as FileSystemError {
            throw CommandSubject.file(path).failure(error)
        }
    }

    private init(path: String, handle: ReadFileHandle) {
        self.path = path
        self.handle = handle
    }

    mutating func next() async throws -> FLVTag? {
        do {
            while true {
                if let tag = try reader.nextTag() { return tag }
                let block = try await handle.readChunk(fromAbsoluteOffset: offset, length: .bytes(Self.blockBytes))
                guard block.readableBytes > 0 else { return nil }
                offset += Int64(block.readableBytes)
                reader.append(block)
            }
        } catch {
            throw CommandSubject.file(path).failure(error)
        }
    }
}
