import NIOCore
import RTMPEndpoint
import RTMPSession
import TestSupport
import Testing

@Suite("libcrypto, as encrypted RTMP uses it")
struct LibCryptoTests {
    private let library = LibCrypto()
    private let prime = bytes(
        """
        ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd
        ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
        ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff
        """)

    private static func bytes(_ hex: String) -> [UInt8] { Array(ByteBuffer(hex: hex).readableBytesView) }

    @Test("RC4 is that of RFC 6229 §2, wherever one looks")
    func knownAnswers() {
        var stream = library.keystream(key: Self.bytes("0102030405060708090a0b0c0d0e0f10"))
        let zeros = stream.apply(to: ByteBuffer(repeating: 0, count: 4112))
        #expect(zeros.getSlice(at: 0, length: 16)?.hex == "9ac7cc9a609d1ef7b2932899cde41b97")
        #expect(zeros.getSlice(at: 240, length: 16)?.hex == "065902e4b620f6cc36c8589f66432f2b")
        #expect(zeros.getSlice(at: 1536, length: 16)?.hex == "ffa0b514647ec04f6306b892ae661181")
        #expect(zeros.getSlice(at: 4096, length: 16)?.hex == "a36a4c301ae8ac13610ccbc12256cacc")
    }

    @Test("a keystream goes on where it was, however the bytes are cut, and gives back what it was given")
    func keystream() {
        var random = SeededGenerator(seed: 9)
        let text = random.bytes(3000...3000)
        var whole = library.keystream(key: Self.bytes("00112233445566778899aabbccddeeff"))
        let sealed = whole.apply(to: text)
        var pieces = library.keystream(key: Self.bytes("00112233445566778899aabbccddeeff"))
        var rest = sealed
        var opened = ByteBuffer()
        while rest.readableBytes > 0, let part = rest.readSlice(length: min(rest.readableBytes, 7)) {
            opened.writeImmutableBuffer(pieces.apply(to: part))
        }
        #expect(sealed != text)
        #expect(opened == text)
        #expect(pieces.apply(to: ByteBuffer()).readableBytes == 0)
    }

    @Test("two keystreams of one beginning do not disturb one another")
    func copies() {
        var one = library.keystream(key: Self.bytes("0102030405060708090a0b0c0d0e0f10"))
        var other = one
        let zeros = ByteBuffer(repeating: 0, count: 16)
        _ = one.apply(to: zeros)
        #expect(other.apply(to: zeros).hex == "9ac7cc9a609d1ef7b2932899cde41b97")
    }

    @Test("powers in Oakley group 2 are those that Python computes, and both sides come to one secret")
    func powers() {
        let (mine, yours) = (
            (0..<128).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) },
            (0..<128).map { UInt8(truncatingIfNeeded: $0 * 11 + 5) }
        )
        let myKey = library.power(of: [2], to: mine, modulo: prime)
        let yourKey = library.power(of: [2], to: yours, modulo: prime)
        #expect(
            myKey
                == Self.bytes(
                    """
                    7b1d7d3188d79522e49e1ef8a54a32403fa559965ff46561a8d12fc1f79273e70b2c6ea601992ec15910b87dffa61090
                    4bdbc2bdd35b13c95a0d7cb40a0d62720f4a904259982b507d9981f4eedb7371db1336d26e29d58e2d2da00d7928a64c
                    adc4eb683c04df21ac4f5f71174805326a640a789679de2fc1b3ed28d2c9ba71
                    """))
        let secret = Self.bytes(
            """
            86d085191299d79930bcf8c91f1c28649b45b28c1be63ab8c5a3ad6270a1868e08e860b516f62fd7dcb0eceace614a3e
            0a39329cea32e7a37eb8ec72030dfe90648b8049b15c1cc5537427040dd8d401be9704404c80160063079f7cefa844e6
            a58d13505569fae3034b2f20a2b7dd42a92d3ee237393001509e4fd0fc85f2a2
            """)
        #expect(library.power(of: yourKey, to: mine, modulo: prime) == secret)
        #expect(library.power(of: myKey, to: yours, modulo: prime) == secret)
    }

    @Test("a result keeps the zeros in front")
    func leadingZeros() {
        let exponent: [UInt8] = [0x18, 0x4C, 0xB9]
        let power = library.power(of: [2], to: exponent, modulo: prime)
        #expect(power.count == 128)
        #expect(power.starts(with: [0x00, 0xED, 0xA4, 0xA1]))
        #expect(library.power(of: [0], to: exponent, modulo: prime) == [UInt8](repeating: 0, count: 128))
        #expect(library.power(of: [2], to: exponent, modulo: []).isEmpty)
    }
}
