import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("The server's handshake (RTMP 1.0 §5.2)")
struct ServerHandshakeTests {
    private let random = handshakeBytes(11, 5)
    private let c2 = ByteBuffer(repeating: 0xC2, count: 1536)

    private struct Outcome: Equatable {
        var answers: [ByteBuffer] = []
        var rest = ByteBuffer()
        var isComplete = false
        var form: HandshakeForm?
    }

    /// Feeds `pieces` one by one, each in the buffer that the last one left its rest in.
    private func run(_ pieces: [ByteBuffer]) throws -> Outcome {
        var handshake = ServerHandshake(randomBytes: random)
        var outcome = Outcome()
        for piece in pieces {
            outcome.rest.writeImmutableBuffer(piece)
            if let answer = try handshake.receive(&outcome.rest) { outcome.answers.append(answer) }
        }
        outcome.isComplete = handshake.isComplete
        outcome.form = handshake.form
        return outcome
    }

    private func packets(_ answer: ByteBuffer) -> (version: UInt8?, s1: [UInt8], s2: [UInt8]) {
        let bytes = [UInt8](answer.readableBytesView)
        return (bytes.first, Array(bytes.dropFirst().prefix(1536)), Array(bytes.suffix(1536)))
    }

    // MARK: Simple

    @Test("a C1 without version is echoed to the byte, in one answer with an S1 of version 0")
    func simple() throws {
        let c1 = [1, 2, 3, 4, 0, 0, 0, 0] + handshakeBytes(7, 3)
        let outcome = try run([ByteBuffer(bytes: [3] + c1)])
        let answer = try #require(outcome.answers.first)
        #expect(answer.readableBytes == 3073)
        #expect(packets(answer).version == 3)
        #expect(packets(answer).s1 == [0, 0, 0, 0, 0, 0, 0, 0] + random)
        #expect(packets(answer).s2 == c1)
        #expect(outcome.form == .simple)
        #expect(!outcome.isComplete)
    }

    @Test("a C1 with version but without a digest that holds gets the simple form")
    func noDigest() throws {
        for late in [false, true] {
            var opening = ExpectedDigest.opening(late: late).bytes
            opening.setInteger(~(opening.getInteger(at: 1200) ?? 0 as UInt8), at: 1200)
            let answer = try #require(try run([opening]).answers.first)
            #expect(packets(answer).s1[4..<8] == [0, 0, 0, 0])
            #expect(packets(answer).s2 == Array([UInt8](opening.readableBytesView).dropFirst()))
        }
    }

    @Test("a digest under version 0 is not looked for")
    func digestWithoutVersion() throws {
        let opening = ExpectedDigest.opening(late: false, version: [0, 0, 0, 0]).bytes
        #expect(try run([opening]).form == .simple)
    }

    // MARK: Digest

    @Test("a digest is answered by one in the same layout and a signature", arguments: [false, true])
    func digest(late: Bool) throws {
        let opening = ExpectedDigest.opening(late: late)
        let outcome = try run([opening.bytes])
        let answer = packets(try #require(outcome.answers.first))
        #expect(outcome.form == (late ? .lateDigest : .earlyDigest))
        #expect(answer.version == 3)
        // FFmpeg's player looks at the digest from 3 on.
        #expect(answer.s1[4] >= 3)
        let digests = ExpectedDigest.digests(answer.s1, late: late, name: ExpectedDigest.serverName)
        #expect(digests.found == digests.expected)
        #expect(
            Array(answer.s2.suffix(32))
                == ExpectedDigest.signature(answer.s2, name: ExpectedDigest.serverName, answering: opening.digest))
    }

    @Test("the answer is the one that Python's hmac computes")
    func knownAnswers() throws {
        let early = packets(try #require(try run([ExpectedDigest.opening(late: false).bytes]).answers.first))
        #expect(hex(early.s1[98..<130]) == "38e5f9fe226a877e87440db2c19fb3a8fb787d98caa16e4189f77eea74eadab7")
        #expect(hex(early.s2.suffix(32)) == "0369d3edd1cac4ca5a2c2131ebbc90c8cc899a3a4b9247506ee8c234d431bf6a")
        let late = packets(try #require(try run([ExpectedDigest.opening(late: true).bytes]).answers.first))
        #expect(hex(late.s1[982..<1014]) == "04cc0fd56e31de05cbf19612af7a89b73998fa93d1fdc0cf1886a71600b9b366")
        #expect(hex(late.s2.suffix(32)) == "8a5ea7083481e4bb1523b4510935e6d52387e0b53ca2feef009c6ffb26ebf3e7")
    }

    private func hex(_ bytes: ArraySlice<UInt8>) -> String { ByteBuffer(bytes: bytes).hex }

    @Test("a digest is found wherever the pointer bytes put it", arguments: 0..<40 as Range<UInt64>)
    func everyOffset(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for form in [HandshakeForm.earlyDigest, .lateDigest] {
            let client = ClientHandshake(using: &generator, form: form)
            #expect(try run([client.opening]).form == form)
        }
    }

    // MARK: Pieces

    @Test("every cutting gives the same answer, and the chunks behind C2 stay where they are")
    func cuttings() throws {
        let chunks = ByteBuffer(hex: "02 000000 000004 01 00000000 00001000")
        for opening in [
            ByteBuffer(bytes: [3] + [UInt8](repeating: 0, count: 1536)), ExpectedDigest.opening(late: false).bytes,
        ] {
            let bytes = joined(opening, c2, chunks)
            let whole = try run([bytes])
            #expect(whole.answers.count == 1)
            #expect(whole.rest == chunks)
            #expect(whole.isComplete)
            try forEveryCutting(of: bytes) { pieces in
                let outcome = try run(pieces)
                #expect(outcome == whole)
            }
        }
    }

    @Test("nothing is answered before all of C1, nothing is complete before all of C2")
    func order() throws {
        var handshake = ServerHandshake(randomBytes: random)
        var bytes = ByteBuffer(bytes: [3] + [UInt8](repeating: 0, count: 1535))
        #expect(try handshake.receive(&bytes) == nil)
        #expect(bytes.readableBytes == 0)
        bytes.writeInteger(UInt8(0))
        #expect(try handshake.receive(&bytes)?.readableBytes == 3073)
        bytes.writeImmutableBuffer(c2.part(0, 1535))
        #expect(try handshake.receive(&bytes) == nil)
        #expect(!handshake.isComplete)
        bytes.writeImmutableBuffer(ByteBuffer(hex: "c2 02"))
        #expect(try handshake.receive(&bytes) == nil)
        #expect(handshake.isComplete)
        #expect(bytes.hex == "02")
        #expect(try handshake.receive(&bytes) == nil)
        #expect(bytes.hex == "02")
    }

    // MARK: Versions

    @Test("a version below 32 that means no encryption is answered with 3", arguments: [0, 2, 3, 7, 10, 31] as [UInt8])
    func versions(version: UInt8) throws {
        let outcome = try run([ByteBuffer(bytes: [version] + [UInt8](repeating: 0, count: 1536))])
        #expect(packets(try #require(outcome.answers.first)).version == 3)
    }

    @Test("TLS, HTTP and other protocols are told by their first byte")
    func otherProtocols() {
        #expect(throws: RTMPFault.tlsOnPlainPort) { try run([ByteBuffer(hex: "16")]) }
        #expect(throws: RTMPFault.tlsOnPlainPort) { try run([ByteBuffer(hex: "16030100f8010000f4")]) }
        for method in ["GET", "POST", "HEAD", "OPTIONS", "DELETE", "CONNECT", "TRACE", "PUT"] {
            let first = method.utf8.first ?? 0
            #expect(throws: RTMPFault.httpRequest(firstByte: first)) { try run([ByteBuffer(string: method)]) }
        }
        for first in [32, 0x41, 0x80, 0xFF] as [UInt8] {
            #expect(throws: RTMPFault.forbiddenVersion(first)) { try run([ByteBuffer(integer: first)]) }
        }
    }

    @Test("too few random bytes are filled up, too many cut off")
    func randomBytes() throws {
        for count in [0, 10, 1528, 2000] {
            var handshake = ServerHandshake(randomBytes: [UInt8](repeating: 7, count: count))
            var bytes = ByteBuffer(bytes: [3] + [UInt8](repeating: 0, count: 1536))
            #expect(try handshake.receive(&bytes)?.readableBytes == 3073)
        }
    }
}
