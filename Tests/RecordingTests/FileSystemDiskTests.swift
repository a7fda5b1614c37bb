import Foundation
import NIOCore
import Testing

@testable import Recording

@Suite("Files of recordings")
final class FileSystemDiskTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)").path
    private let disk = FileSystemDisk()

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
    }

    @Test("a file is made with its folders, under the first name that is free")
    func create() throws {
        for expected in ["a/b/1", "a/b/2"] {
            let (file, path) = try disk.create(in: "\(folder)/x", folders: ["a", "b"], names: ["1", "2"])
            #expect(path == expected)
            try file.write(ByteBuffer(string: "one "))
            try file.write(ByteBuffer(string: expected))
            try file.close()
            #expect(try text("x/\(path)") == "one \(expected)")
        }
        #expect(throws: DiskFailure("the file cannot be made: there are as many of its name as there may be")) {
            _ = try self.disk.create(in: "\(self.folder)/x", folders: ["a", "b"], names: ["1", "2"])
        }
        // What is in the way and is no folder is left as it is.
        #expect(throws: DiskFailure.self) {
            _ = try self.disk.create(in: "\(self.folder)/x", folders: ["a", "b", "1"], names: ["1"])
        }
        #expect(try text("x/a/b/1") == "one a/b/1")
    }

    @Test("a link is not followed to another file")
    func link() throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/a", withIntermediateDirectories: true)
        try "mine".write(toFile: "\(folder)/target", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/a/1", withDestinationPath: "\(folder)/target")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/a/2", withDestinationPath: "\(folder)/nothing")
        let (file, path) = try disk.create(in: folder, folders: ["a"], names: ["1", "2", "3"])
        try file.close()
        #expect(path == "a/3" && !FileManager.default.fileExists(atPath: "\(folder)/nothing"))
        #expect(try text("target") == "mine")
    }

    @Test("a file that was removed is noticed")
    func removed() throws {
        let (file, path) = try disk.create(in: folder, folders: [], names: ["1"])
        try file.write(ByteBuffer(string: "a"))
        try FileManager.default.removeItem(atPath: "\(folder)/\(path)")
        #expect(throws: DiskFailure("the file was removed while it was recorded")) {
            try file.write(ByteBuffer(string: "b"))
        }
        try file.close()
    }

    @Test("a file is read in pieces from anywhere, and removed")
    func read() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let length = 2 * RecordedFile.pieceBytes + 1_000
        let content = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) })
        try content.write(to: URL(fileURLWithPath: "\(folder)/f"))
        let file = try #require(try await RecordedFile.open("\(folder)/f"))
        #expect(file.length == length)
        for range in [0..<length, 5..<RecordedFile.pieceBytes + 9, length - 1..<length, 3..<3] {
            var found = Data()
            for await piece in file.pieces(range) { found.append(contentsOf: piece.readableBytesView) }
            #expect(found == content[range])
        }
        let facts = try #require(await RecordedFile.facts(of: "\(folder)/f"))
        #expect(facts.bytes == length && facts.writtenAt > 1_700_000_000_000)
        #expect(try await RecordedFile.open(folder) == nil)
        try await RecordedFile.remove("\(folder)/f")
        try await RecordedFile.remove("\(folder)/f")
        #expect(try await RecordedFile.open("\(folder)/f") == nil)
        #expect(await RecordedFile.facts(of: "\(folder)/f") == nil)
        await #expect(throws: RecordedFile.Failure.self) { try await RecordedFile.remove(self.folder) }
    }
}
