import Foundation

/// What `Scripts/allocation-counter.c`, loaded into a server, counted of its allocations.
struct AllocationCounts: Sendable {
    private(set) var allocations = 0
    private(set) var bytes = 0

    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) is no file that the allocation counter writes" }
    }

    /// Reads the file that the server has mapped.
    init(file path: String) throws {
        guard let file = FileManager.default.contents(atPath: path), file.count >= 16 else {
            throw Unreadable(path: path)
        }
        file.withUnsafeBytes { counts in
            allocations = Int(counts.loadUnaligned(as: UInt64.self))
            bytes = Int(counts.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }
}
