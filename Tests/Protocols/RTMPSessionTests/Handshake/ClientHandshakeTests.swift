import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("The client's handshake (RTMP 1.0 §5.2)")
struct ClientHandshakeTests {
    private let random = handshakeBytes(7, 3)

    private func bytes(_ buffer: ByteBuffer) -> [UInt8] { [UInt8](buffer.readableBytesView) }

    @Test("the simple form opens with version 3 and a C1 of zeros and random bytes")
    func simpleOpening() {
        let client = ClientHandshake(randomBytes: random)
        #expect(bytes(client.opening) == [3, 0, 0, 0, 0, 0, 0, 0, 0] + random)
    }

    @Test("the digest form opens as FFmpeg does, and as Python's hmac computes")
    func digestOpening() {
        let early = ClientHandshake(randomBytes: random, form: .earlyDigest).opening
        #expect(early == ExpectedDigest.opening(late: false).bytes)
        #expect(early.part(1 + 66, 1 + 98).hex == "3dfcbea3f0f8a6eb3097072f48c98a27553d36493eb56c20b853c1ef74aef093")
        let late = ClientHandshake(randomBytes: random, form: .lateDigest).opening
        #expect(late == ExpectedDigest.opening(late: true).bytes)
        #expect(late.part(1 + 1014, 1 + 1046).hex == "fc06731657ba2c11fcfe90748216036bc49d37c55382b909294ba9a8bf60adf8")
    }

    @Test("C2 goes out with the last byte of S1, completion comes with the last of S2, the rest stays")
    func order() throws {
        var client = ClientHandshake(randomBytes: random)
        let s1 = [UInt8](repeating: 0, count: 8) + handshakeBytes(11, 5)
        var wire = ByteBuffer(bytes: [3] + s1.dropLast())
        #expect(try client.receive(&wire) == nil)
        wire.writeInteger(s1[1535])
        #expect(try client.receive(&wire) == ByteBuffer(bytes: s1))
        wire.writeImmutableBuffer(client.opening.part(1, 1536))
        #expect(try client.receive(&wire) == nil)
        #expect(!client.isComplete)
        wire.writeImmutableBuffer(joined(client.opening.part(1536, 1537), ByteBuffer(hex: "02")))
        #expect(try client.receive(&wire) == nil)
        #expect(client.isComplete)
        #expect(wire.hex == "02")
        #expect(client.isServerAnswerValid)
        #expect(!client.isServerDigestValid)
    }

    @Test("any S1 and S2 will do", arguments: [HandshakeForm.simple, .earlyDigest, .lateDigest])
    func insistsOnNothing(form: HandshakeForm) throws {
        var client = ClientHandshake(randomBytes: random, form: form)
        let s1 = [0, 0, 0, 0, 3, 5, 1, 1] + handshakeBytes(13, 1)
        var wire = ByteBuffer(bytes: [3] + s1 + [UInt8](repeating: 9, count: 1536))
        // Without a digest to answer even the digest form echoes.
        #expect(try client.receive(&wire) == ByteBuffer(bytes: s1))
        #expect(client.isComplete)
        #expect(!client.isServerDigestValid)
        #expect(!client.isServerAnswerValid)
    }

    @Test("an S2 with the time of reading in it is a faithful echo")
    func timeInEcho() throws {
        var client = ClientHandshake(randomBytes: random)
        var s2 = Array(bytes(client.opening).dropFirst())
        s2.replaceSubrange(4..<8, with: [1, 2, 3, 4])
        var wire = ByteBuffer(bytes: [3] + [UInt8](repeating: 0, count: 1536) + s2)
        _ = try client.receive(&wire)
        #expect(client.isServerAnswerValid)
    }

    @Test("a server of another version is a fault")
    func versions() {
        for (version, fault) in [
            (6, .unsupportedServerVersion(6)), (0, .unsupportedServerVersion(0)), (0x48, .forbiddenVersion(0x48)),
        ] as [(UInt8, RTMPFault)] {
            var client = ClientHandshake(randomBytes: random)
            var wire = ByteBuffer(integer: version)
            #expect(throws: fault) { try client.receive(&wire) }
        }
    }

    @Test(
        "client and server agree in every form and cutting",
        arguments: [HandshakeForm.simple, .earlyDigest, .lateDigest])
    func conversation(form: HandshakeForm) throws {
        var server = ServerHandshake(randomBytes: handshakeBytes(11, 5))
        var opening = ClientHandshake(randomBytes: random, form: form).opening
        let answer = try #require(try server.receive(&opening))
        #expect(server.form == form)
        var answers: [ByteBuffer] = []
        try forEveryCutting(of: answer) { pieces in
            var client = ClientHandshake(randomBytes: random, form: form)
            var wire = ByteBuffer()
            for piece in pieces {
                wire.writeImmutableBuffer(piece)
                if let c2 = try client.receive(&wire) { answers.append(c2) }
            }
            #expect(client.isComplete)
            #expect(client.isServerAnswerValid)
            #expect(client.isServerDigestValid == (form != .simple))
            #expect(wire.readableBytes == 0)
        }
        let c2 = try #require(answers.first)
        #expect(answers.allSatisfy { $0 == c2 })
        let s1 = bytes(answer.part(1, 1537))
        switch form {
        case .simple:
            #expect(bytes(c2) == s1)
        case .earlyDigest, .lateDigest:
            let digest = ExpectedDigest.digests(s1, late: form == .lateDigest, name: ExpectedDigest.serverName).found
            let signature = ExpectedDigest.signature(bytes(c2), name: ExpectedDigest.playerName, answering: digest)
            #expect(Array(bytes(c2).suffix(32)) == signature)
        }
        var last = c2
        #expect(try server.receive(&last) == nil)
        #expect(server.isComplete)
    }
}
