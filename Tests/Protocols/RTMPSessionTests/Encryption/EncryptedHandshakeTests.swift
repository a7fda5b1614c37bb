import NIOCore
import TestSupport
import Testing

@testable import RTMPSession

@Suite("The handshake of encrypted RTMP")
struct EncryptedHandshakeTests {
    private func server(_ cryptography: (any RTMPECryptography)? = ToyCryptography()) -> ServerHandshake {
        var random = SeededGenerator(seed: 2)
        return ServerHandshake(using: &random, cryptography: cryptography)
    }

    /// C0 and C1 with a public key, put together by the description and not by the code that reads it.
    static func opening(version: UInt8, publicKey: [UInt8], late: Bool = true) -> ByteBuffer {
        var packet = [0, 0, 0, 0, 128, 0, 3, 2] + handshakeBytes(7, 3)
        let sum = { (index: Int) in (index..<index + 4).reduce(0) { $0 + Int(packet[$1]) } }
        let offset = late ? sum(768) % 632 + 8 : sum(1532) % 632 + 772
        packet.replaceSubrange(offset..<offset + 128, with: publicKey)
        let place = ExpectedDigest.offset(packet, late: late)
        let digest = ExpectedDigest.digests(packet, late: late, name: ExpectedDigest.playerName).expected
        packet.replaceSubrange(place..<place + 32, with: digest)
        return ByteBuffer(bytes: [version] + packet)
    }

    private static let key = ToyCryptography().power(of: [2], to: [9, 9, 9, 9], modulo: KeyAgreementTests.prime)

    @Test(
        "both layouts are understood, and answered in the early one and in the version that was asked for",
        arguments: [true, false],
        [6, 8] as [UInt8])
    func answer(late: Bool, version: UInt8) throws {
        var server = server()
        var bytes = Self.opening(version: version, publicKey: Self.key, late: late)
        let answer = try #require(try server.receive(&bytes))
        let packet = [UInt8](answer.readableBytesView.dropFirst().prefix(1536))
        #expect(answer.getInteger(at: 0) == version)
        #expect(server.isEncrypted)
        #expect(server.form == (late ? .lateDigest : .earlyDigest))
        let digests = ExpectedDigest.digests(packet, late: false, name: ExpectedDigest.serverName)
        #expect(digests.found == digests.expected)
        #expect(server.swfChallenge == Array(packet.suffix(32)))
        // The key in S1 and the secret behind the client's own come to the keys that the server uses.
        let sum = { (index: Int) in (index..<index + 4).reduce(0) { $0 + Int(packet[$1]) } }
        let offset = sum(1532) % 632 + 772
        let serverKey = Array(packet[offset..<offset + 128])
        let secret = ToyCryptography().power(of: serverKey, to: [9, 9, 9, 9], modulo: KeyAgreementTests.prime)
        var toClient = ToyCryptography().keystream(key: Array(ExpectedDigest.hmac(secret, Self.key).prefix(16)))
        _ = toClient.apply(to: ByteBuffer(repeating: 0, count: 1536))
        var keystreams = try #require(server.keystreams)
        let text = ByteBuffer(string: "to the client")
        #expect(toClient.apply(to: keystreams.outbound.apply(to: text)) == text)
        var toServer = ToyCryptography().keystream(key: Array(ExpectedDigest.hmac(secret, serverKey).prefix(16)))
        _ = toServer.apply(to: ByteBuffer(repeating: 0, count: 1536))
        #expect(keystreams.inbound.apply(to: toServer.apply(to: text)) == text)
    }

    @Test("type 8 scrambles the signature of S2, type 6 does not")
    func signatures() throws {
        for version: UInt8 in [6, 8] {
            var server = server()
            let opening = Self.opening(version: version, publicKey: Self.key)
            var bytes = opening
            let answer = try #require(try server.receive(&bytes))
            let s2 = [UInt8](answer.readableBytesView.suffix(1536))
            let c1 = [UInt8](opening.readableBytesView.dropFirst())
            let digest = ExpectedDigest.digests(c1, late: true, name: ExpectedDigest.playerName).found
            let plain = ExpectedDigest.signature(s2, name: ExpectedDigest.serverName, answering: digest)
            #expect((Array(s2.suffix(32)) == plain) == (version == 6))
            let key = ExpectedDigest.hmac(ExpectedDigest.serverName + ExpectedDigest.tail, digest)
            #expect((Array(s2.suffix(32)) == SignatureScrambling.scramble(plain, key: key)) == (version == 8))
        }
    }

    @Test("type 9, which no living client asks for, is answered with 6")
    func blowfish() throws {
        var server = server()
        var bytes = Self.opening(version: 9, publicKey: Self.key)
        #expect(try server.receive(&bytes)?.getInteger(at: 0) == UInt8(6))
    }

    @Test("without a library every encrypted version is refused at the first byte", arguments: [6, 8, 9] as [UInt8])
    func off(version: UInt8) {
        #expect(throws: RTMPFault.encryptionNotOffered(version: version)) {
            var server = server(nil)
            var bytes = ByteBuffer(bytes: [version])
            _ = try server.receive(&bytes)
        }
    }

    @Test("a server with a library speaks plain RTMP with those who ask for it")
    func plain() throws {
        var server = server()
        var bytes = ExpectedDigest.opening(late: false).bytes
        #expect(try server.receive(&bytes)?.getInteger(at: 0) == UInt8(3))
        #expect(!server.isEncrypted)
        #expect(server.keystreams == nil)
    }

    @Test("corner keys in C1 end the handshake", arguments: KeyAgreementTests.corners.keys.sorted())
    func corners(name: String) throws {
        let key = try #require(KeyAgreementTests.corners[name])
        for late in [true, false] {
            #expect(throws: RTMPFault.publicKeyOutOfRange) {
                var server = server()
                var bytes = Self.opening(version: 6, publicKey: key, late: late)
                _ = try server.receive(&bytes)
            }
        }
    }

    @Test("an encrypted C1 without a digest that holds ends the handshake")
    func digest() {
        #expect(throws: RTMPFault.digestMissing) {
            var server = server()
            var bytes = ByteBuffer(bytes: [6] + [UInt8](repeating: 5, count: 1536))
            _ = try server.receive(&bytes)
        }
    }

    @Test("client and server agree however their bytes are cut, and a client refuses what is not encrypted")
    func pair() throws {
        var random = SeededGenerator(seed: 3)
        let client = ClientHandshake(using: &random, cryptography: ToyCryptography())
        #expect(client.opening.getInteger(at: 0) == UInt8(6))
        var server = server()
        var opening = client.opening
        let answer = try #require(try server.receive(&opening))
        try forEveryCutting(of: answer) { pieces in
            var client = client
            var c2 = ByteBuffer()
            for var piece in pieces {
                if let bytes = try client.receive(&piece) { c2.writeImmutableBuffer(bytes) }
            }
            #expect(client.isComplete && client.isServerDigestValid && client.isServerAnswerValid)
            #expect(c2.readableBytes == 1536)
        }
        for version: UInt8 in [3, 9] {
            #expect(throws: RTMPFault.unsupportedServerVersion(version)) {
                var client = client
                var bytes = ByteBuffer(bytes: [version])
                _ = try client.receive(&bytes)
            }
        }
        #expect(throws: RTMPFault.digestMissing) {
            var client = client
            var bytes = ByteBuffer(bytes: [6] + [UInt8](repeating: 5, count: 1536))
            _ = try client.receive(&bytes)
        }
    }

    @Test("a client follows a server that chooses type 8")
    func scrambled() throws {
        var random = SeededGenerator(seed: 3)
        var client = ClientHandshake(using: &random, cryptography: ToyCryptography())
        var server = server()
        var opening = client.opening
        opening.setInteger(UInt8(8), at: 0)
        var answer = try #require(try server.receive(&opening))
        let c2 = try #require(try client.receive(&answer))
        #expect(client.isComplete && client.isServerAnswerValid)
        let s1 = try #require(server.swfChallenge)
        #expect(s1.count == 32 && c2.readableBytes == 1536)
    }
}
