import DecoderProperties
import Foundation
import NIOCore
import Testing

@Suite("Bytes that fuzzing began with or stumbled over")
struct FuzzReplayTests {
    @Test("every file keeps its decoder's promises", arguments: FuzzFile.all)
    func replays(_ file: FuzzFile) throws {
        let bytes = ByteBuffer(bytes: try Data(contentsOf: file.url))
        try file.property.check(bytes)
    }

    @Test("and so do seeds of codecs that are cut short or have a bit turned over", arguments: FuzzFile.ofCodecs)
    func damages(_ file: FuzzFile) throws {
        let bytes = ByteBuffer(bytes: try Data(contentsOf: file.url))
        for length in 0..<bytes.readableBytes {
            try file.property.check(bytes.getSlice(at: bytes.readerIndex, length: length) ?? ByteBuffer())
        }
        // The first byte chooses the parser.
        for index in (bytes.readerIndex + 1)..<max(bytes.readerIndex + 1, bytes.writerIndex) {
            for bit in 0..<8 as Range<UInt8> {
                var damaged = bytes
                damaged.setInteger((bytes.getInteger(at: index) ?? 0) ^ (1 << bit), at: index)
                try file.property.check(damaged)
            }
        }
    }

    @Test("every decoder has seeds, and every file a decoder", arguments: ["Corpus", "FailCases"])
    func folders(_ kind: String) throws {
        let folders = try FuzzFile.names(in: FuzzFile.root.appending(path: kind)).filter { $0 != "README.md" }
        let names = DecoderProperty.all.map(\.name)
        #expect(Set(folders).isSubset(of: names))
        if kind == "Corpus" { #expect(folders.sorted() == names.sorted()) }
    }
}

/// A file of `FuzzTesting/Corpus` or `FuzzTesting/FailCases`, and the property that it is for.
struct FuzzFile: Sendable, CustomTestStringConvertible {
    let property: DecoderProperty
    let url: URL
    var testDescription: String { url.pathComponents.suffix(3).joined(separator: "/") }

    static let root = URL(filePath: #filePath).appending(path: "../../../FuzzTesting").standardized

    static let ofCodecs = all.filter { $0.property.name == DecoderProperty.codecConfiguration.name }

    static let all: [FuzzFile] = DecoderProperty.all.flatMap { property in
        ["Corpus", "FailCases"].flatMap { kind in
            let folder = root.appending(path: "\(kind)/\(property.name)")
            // A decoder that nothing was found in has no folder of finds.
            return ((try? names(in: folder)) ?? []).map {
                FuzzFile(property: property, url: folder.appending(path: $0))
            }
        }
    }

    static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
    }
}
