import FLV
import NIOCore
import TestSupport
import Testing

@Suite("FLV files")
struct FLVFileTests {
    private static let tags = [
        FLVTag(type: .scriptData, timestampMilliseconds: 0, body: ByteBuffer(hex: "02000a6f6e4d65746144617461")),
        FLVTag(type: .video, timestampMilliseconds: 0, body: ByteBuffer(hex: "1700000000")),
        FLVTag(type: .audio, timestampMilliseconds: 0x00FF_FFFF, body: ByteBuffer(hex: "af01211004608c1c")),
        FLVTag(type: .audio, timestampMilliseconds: 0xFEDC_BA98, body: ByteBuffer()),
    ]

    private static func file(of tags: [FLVTag]) -> ByteBuffer {
        var file = ByteBuffer()
        FLVFileHeader(hasAudio: true, hasVideo: true).write(into: &file)
        for tag in tags { file.writeFLVTag(tag) }
        return file
    }

    private static func read(_ pieces: [ByteBuffer], limits: FLVFileReader.Limits = .init()) throws -> [FLVTag] {
        var reader = FLVFileReader(limits: limits)
        var tags: [FLVTag] = []
        for piece in pieces {
            reader.append(piece)
            while let tag = try reader.nextTag() { tags.append(tag) }
        }
        return tags
    }

    @Test("a header is thirteen bytes with the first PreviousTagSize")
    func header() throws {
        var buffer = ByteBuffer()
        FLVFileHeader(hasAudio: true, hasVideo: false).write(into: &buffer)
        #expect(buffer.hex == "464c56010400000009" + "00000000")
        let both = try FLVFileHeader(reading: &buffer)
        #expect(both == FLVFileHeader(hasAudio: true, hasVideo: false))
        #expect(buffer.readableBytes == 0)
    }

    @Test("a tag byte by byte: type, length, timestamp with its high byte last, stream id, PreviousTagSize")
    func tagBytes() {
        var buffer = ByteBuffer()
        let isWritten = buffer.writeFLVTag(
            type: .video, timestampMilliseconds: 0x0102_0304, prefix: ByteBuffer(hex: "2701000000"),
            payload: ByteBuffer(hex: "00000006419a2015a1b0"))
        #expect(isWritten)
        #expect(
            buffer.hex == "09 00000f 020304 01 000000 2701000000 00000006419a2015a1b0 0000001a".filter { $0 != " " })
    }

    @Test("a body longer than 24 bits can say is not written")
    func tooLong() {
        var buffer = ByteBuffer()
        let isWritten = buffer.writeFLVTag(
            type: .video, timestampMilliseconds: 0, prefix: ByteBuffer(hex: "17"),
            payload: ByteBuffer(repeating: 0, count: 0xFF_FFFF))
        #expect(!isWritten)
        #expect(buffer.readableBytes == 0)
    }

    @Test("the reader says the same for every cutting")
    func everyCutting() throws {
        try forEveryCutting(of: Self.file(of: Self.tags)) { pieces in
            let tags = try Self.read(pieces)
            #expect(tags == Self.tags)
        }
    }

    @Test("wrong promises, wrong PreviousTagSizes and a longer header are borne")
    func tolerance() throws {
        let file = ByteBuffer(
            hex: """
                464c5601 00 0000000c eeeeee 12345678
                08 000002 000001 00 000000 af01 00000000
                08 000002 000002 00 000000 af02 ffffffff
                """)
        #expect(try Self.read([file]).map(\.body.hex) == ["af01", "af02"])
        let shortOffset = ByteBuffer(hex: "464c5601 05 00000000 00000000 08 000001 000001 00 000000 af")
        #expect(try Self.read([shortOffset]).map(\.body.hex) == ["af"])
    }

    @Test("a last tag without PreviousTagSize is read")
    func lastTag() throws {
        var file = Self.file(of: Self.tags)
        file.moveWriterIndex(to: file.writerIndex - 4)
        #expect(try Self.read([file]) == Self.tags)
    }

    @Test("tags of other types and encrypted ones are passed over and counted; AMF3 data becomes script data")
    func otherTags() throws {
        var file = Self.file(of: [])
        for hex in [
            "06 000001 000000 00 000000 00 0000000c", "28 000001 000000 00 000000 00 0000000c",
            "0f 000005 000007 00 000000 0002000161 00000010", "0f 000001 000007 00 000000 11 00000010",
            "c9 000001 000008 00 000000 17 0000000c",
        ] { file.writeImmutableBuffer(ByteBuffer(hex: hex)) }
        var reader = FLVFileReader()
        reader.append(file)
        var tags: [FLVTag] = []
        while let tag = try reader.nextTag() { tags.append(tag) }
        #expect(
            tags == [
                FLVTag(type: .scriptData, timestampMilliseconds: 7, body: ByteBuffer(hex: "02000161")),
                FLVTag(type: .video, timestampMilliseconds: 8, body: ByteBuffer(hex: "17")),
            ])
        #expect(reader.skippedTagCount == 3)
        #expect(reader.header == FLVFileHeader(hasAudio: true, hasVideo: true))
    }

    @Test("what is no FLV is refused as soon as that shows")
    func refusals() {
        func fault(_ hex: String, limits: FLVFileReader.Limits = .init()) -> FLVFault? {
            var reader = FLVFileReader(limits: limits)
            reader.append(ByteBuffer(hex: hex))
            do throws(FLVFault) {
                while try reader.nextTag() != nil {}
                return nil
            } catch { return error }
        }
        #expect(fault("00") == .notFLV)
        #expect(fault("464d") == .notFLV)
        #expect(fault("464c56") == nil)
        #expect(fault("464c5602 05 00000009") == .unsupportedVersion(2))
        #expect(fault("464c5601 05 ffffffff") == .headerTooLong(0xFFFF_FFFF))
        var limits = FLVFileReader.Limits()
        limits.tagBytes = 16
        #expect(fault("464c5601 05 00000009 00000000 09 000011 000000 00 000000", limits: limits) == .tagTooLong(17))
        #expect(fault("464c5601 05 00000009 00000000 09 000010 000000 00 000000", limits: limits) == nil)
    }

    @Test("a long stream in odd pieces is read whole")
    func longStream() throws {
        var generator = SeededGenerator(seed: 17)
        let tags = (0..<300).map { index in
            FLVTag(type: .video, timestampMilliseconds: UInt32(index) * 40, body: generator.bytes(0...3000))
        }
        var file = Self.file(of: tags)
        var pieces: [ByteBuffer] = []
        while file.readableBytes > 0 {
            let length = min(Int.random(in: 1...5000, using: &generator), file.readableBytes)
            pieces.append(file.readSlice(length: length) ?? ByteBuffer())
        }
        #expect(try Self.read(pieces) == tags)
    }

    @Test("random and damaged files never trap")
    func hostileInput() {
        var generator = SeededGenerator(seed: 19)
        let file = Self.file(of: Self.tags)
        var inputs = file.truncations + (0..<file.readableBytes * 8).map { file.flipping(bit: $0) }
        for _ in 0..<500 {
            var bytes = Self.file(of: [])
            bytes.writeImmutableBuffer(generator.bytes(0...200))
            inputs.append(bytes)
        }
        for input in inputs {
            var reader = FLVFileReader()
            reader.append(input)
            var count = 0
            while let tag = try? reader.nextTag() {
                count += 1
                #expect(tag.body.readableBytes <= input.readableBytes)
            }
            #expect(count <= input.readableBytes / 11)
        }
    }
}
