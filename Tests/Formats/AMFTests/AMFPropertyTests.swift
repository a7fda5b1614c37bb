import AMF
import NIOCore
import TestSupport
import Testing

@Suite("AMF for values and bytes at random")
struct AMFPropertyTests {
    @Test("what is written is read back", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1500 {
            let value = generator.amf0Value()
            var buffer = ByteBuffer()
            buffer.writeAMF0(value)
            #expect(try AMF0Decoder.decodeAll(buffer) == [value], "seed \(seed)")
            let values = [generator.amf3Value(), generator.amf3Value()]
            buffer.clear()
            buffer.writeAMF3(values)
            #expect(try AMF3Decoder.decodeAll(buffer) == values, "seed \(seed)")
        }
    }

    @Test("references or none, AMF3 is read the same")
    func withoutReferences() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let value = generator.amf3Value()
            var encoder = AMF3Encoder(usesReferences: false)
            var buffer = ByteBuffer()
            encoder.encode(value, into: &buffer)
            #expect(try AMF3Decoder.decodeAll(buffer) == [value])
        }
    }

    @Test("bytes at random, and values with a byte changed, are read or refused, and never trap")
    func corruption() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            var buffer = ByteBuffer()
            if Bool.random(using: &generator) {
                buffer.writeAMF0(generator.amf0Value())
                let place = Int.random(in: 0..<buffer.readableBytes, using: &generator)
                buffer.setInteger(UInt8.random(in: 0...255, using: &generator), at: place)
            } else {
                for _ in 0..<Int.random(in: 1...60, using: &generator) {
                    buffer.writeInteger(UInt8.random(in: 0...20, using: &generator))
                }
            }
            assertReadableAgain(buffer)
        }
    }

    // What can be read can be written, and says the same when it is read once more.
    private func assertReadableAgain(_ bytes: ByteBuffer) {
        if let values = try? AMF0Decoder.decodeAll(bytes) {
            var first = ByteBuffer()
            first.writeAMF0(values)
            var second = ByteBuffer()
            second.writeAMF0((try? AMF0Decoder.decodeAll(first)) ?? [])
            #expect(first == second)
        }
        if let values = try? AMF3Decoder.decodeAll(bytes) {
            var first = ByteBuffer()
            first.writeAMF3(values)
            var second = ByteBuffer()
            second.writeAMF3((try? AMF3Decoder.decodeAll(first)) ?? [])
            #expect(first == second)
        }
    }
}
