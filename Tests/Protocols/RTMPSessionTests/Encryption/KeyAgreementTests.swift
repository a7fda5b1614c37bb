import NIOCore
import TestSupport
import Testing

@testable import RTMPSession

@Suite("The key agreement of encrypted RTMP")
struct KeyAgreementTests {
    static let prime = Array(
        ByteBuffer(
            hex: """
                ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd
                ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
                ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff
                """
        ).readableBytesView)

    static func number(endingIn last: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 127) + [last] }

    /// Numbers that are no public key, by what they are called.
    static let corners: [String: [UInt8]] = [
        "0": number(endingIn: 0), "1": number(endingIn: 1), "p - 1": Array(prime.dropLast() + [0xFE]), "p": prime,
        "2^1024 - 1": [UInt8](repeating: 0xFF, count: 128),
    ]

    @Test("the prime is that of Oakley group 2")
    func prime() {
        #expect(DiffieHellman.prime == Self.prime)
    }

    @Test("keys that give a secret which everybody knows are none", arguments: corners.keys.sorted())
    func refused(name: String) throws {
        let key = try #require(Self.corners[name])
        #expect(!DiffieHellman.isValid(publicKey: key))
        var random = SeededGenerator(seed: 1)
        let side = RTMPEncryption(ToyCryptography(), using: &random)
        #expect(throws: RTMPFault.publicKeyOutOfRange) { _ = try side.agree(own: side.publicKey, other: key) }
        #expect(throws: RTMPFault.publicKeyOutOfRange) { _ = try side.answer(to: key) }
    }

    @Test("the smallest and the largest key are keys, and those of another length are none")
    func accepted() {
        #expect(DiffieHellman.isValid(publicKey: Self.number(endingIn: 2)))
        #expect(DiffieHellman.isValid(publicKey: Array(Self.prime.dropLast() + [0xFD])))
        #expect(!DiffieHellman.isValid(publicKey: [2]))
        #expect(!DiffieHellman.isValid(publicKey: []))
        #expect(!DiffieHellman.isValid(publicKey: [UInt8](repeating: 1, count: 129)))
    }

    @Test("a library that fails ends in a fault")
    func failingLibrary() throws {
        struct Failing: RTMPECryptography {
            func power(of base: [UInt8], to exponent: [UInt8], modulo modulus: [UInt8]) -> [UInt8] { [] }
            func keystream(key: [UInt8]) -> any RTMPEKeystream { ToyCryptography().keystream(key: key) }
        }
        var random = SeededGenerator(seed: 1)
        let side = RTMPEncryption(Failing(), using: &random)
        #expect(throws: RTMPFault.keyAgreementFailed) {
            _ = try side.agree(own: side.publicKey, other: Self.number(endingIn: 2))
        }
        #expect(throws: RTMPFault.keyAgreementFailed) { _ = try side.answer(to: Self.number(endingIn: 2)) }
    }

    @Test("a client that leaves out zeros in front of the secret agrees with the server all the same")
    func zerosInFront() throws {
        let library = ToyCryptography()
        var random = SeededGenerator(seed: 1)
        var zeros = 0
        for _ in 0..<2_000 where zeros == 0 {
            let side = RTMPEncryption(library, using: &random)
            let privateKey = DiffieHellman.privateKey(using: &random)
            let client = library.power(of: [2], to: privateKey, modulo: Self.prime)
            if library.power(of: side.publicKey, to: privateKey, modulo: Self.prime).first == 0 { zeros += 1 }
            let answer = try side.answer(to: client)
            let secret = library.power(of: answer.publicKey, to: privateKey, modulo: Self.prime)
            #expect(secret.first != 0)
            var (server, inbound) = (
                answer.keystreams,
                library.keystream(key: DiffieHellman.streamKey(secret: secret, publicKey: client))
            )
            // C2 and S2 are not encrypted, and take their bytes of the keystreams all the same.
            _ = inbound.apply(to: ByteBuffer(repeating: 0, count: HandshakePacket.size))
            let bytes = ByteBuffer(string: "each 256th")
            #expect(inbound.apply(to: server.outbound.apply(to: bytes)) == bytes)
        }
        #expect(zeros == 1, "a zero in front was among what was tried")
    }

    @Test("a client that lets no secret have a byte in front is refused")
    func hostileSecrets() {
        struct Small: RTMPECryptography {
            func power(of base: [UInt8], to exponent: [UInt8], modulo modulus: [UInt8]) -> [UInt8] {
                KeyAgreementTests.number(endingIn: 9)
            }
            func keystream(key: [UInt8]) -> any RTMPEKeystream { ToyCryptography().keystream(key: key) }
        }
        var random = SeededGenerator(seed: 1)
        let side = RTMPEncryption(Small(), using: &random)
        #expect(throws: RTMPFault.keyAgreementFailed) { _ = try side.answer(to: Self.number(endingIn: 2)) }
    }

    @Test("the successor of an exponent carries over every byte")
    func successor() {
        #expect(DiffieHellman.successor(of: [1, 0xFE]) == [1, 0xFF])
        #expect(DiffieHellman.successor(of: [1, 0xFF]) == [2, 0])
        #expect(DiffieHellman.successor(of: [0xFF, 0xFF]) == [0, 0])
    }

    @Test("the key of a direction is the first half of HMAC-SHA256 over the receiver's public key")
    func streamKey() {
        let (secret, publicKey) = (
            [UInt8](ByteBuffer(repeating: 7, count: 128).readableBytesView), Self.number(endingIn: 9)
        )
        #expect(
            DiffieHellman.streamKey(secret: secret, publicKey: publicKey)
                == Array(ExpectedDigest.hmac(secret, publicKey).prefix(16)))
    }

    @Test("signatures are scrambled by XTEA with the keys that their bytes choose")
    func scrambling() {
        // Computed apart from this code, by another writing of XTEA in Python.
        let blocks = SignatureScrambling.scramble(Array(0..<16), key: [15] + [UInt8](repeating: 0, count: 7) + [1])
        #expect(ByteBuffer(bytes: blocks).hex == "c7c82aca95daa419" + "3feb2b9e2b48c340")
        #expect(SignatureScrambling.scramble(Array(0..<32), key: []).count == 32)
    }
}
