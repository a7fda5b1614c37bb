import Foundation

/// Why a file was not read.
struct FileFault: Error {
    var problem: ConfigurationFault.Problem
}

/// Reads small files.
enum BoundedFile {
    /// The bytes of the file `name`, of which there may be `limitBytes`.
    static func read(_ name: String, limitBytes: Int) throws(FileFault) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: name) else {
            let reason = FileManager.default.fileExists(atPath: name) ? "no permission" : "no such file"
            throw FileFault(problem: .unreadable(reason))
        }
        defer { try? file.close() }  // Nothing was written, so closing cannot lose anything.
        var bytes: [UInt8] = []
        do {
            // A pipe hands out as much as it has; only nothing means the end.
            while bytes.count <= limitBytes, let more = try file.read(upToCount: limitBytes + 1 - bytes.count),
                !more.isEmpty
            {
                bytes += more
            }
        } catch {
            throw FileFault(problem: .unreadable("it is a folder, or the disk fails"))
        }
        guard bytes.count <= limitBytes else { throw FileFault(problem: .tooLong(limitBytes: limitBytes)) }
        return bytes
    }
}
