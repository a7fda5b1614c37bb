/// The side of one connection in encrypted RTMP: what agrees on keys, with the secret that it does so by.
struct RTMPEncryption: Sendable {
    /// C0 or S0 for encrypted RTMP.
    enum Version: UInt8, Sendable {
        /// Signatures as they are.
        case plainSignatures = 6
        /// The signatures of C2 and S2 scrambled with XTEA, since Flash Player 10.
        case scrambledSignatures = 8
    }

    private let cryptography: any RTMPECryptography
    private let privateKey: [UInt8]

    /// Makes a side with a secret of `generator`, which nobody must be able to foresee.
    init(_ cryptography: any RTMPECryptography, using generator: inout some RandomNumberGenerator) {
        self.cryptography = cryptography
        privateKey = DiffieHellman.privateKey(using: &generator)
    }

    /// The public key that goes into C1 or S1.
    var publicKey: [UInt8] {
        cryptography.power(of: DiffieHellman.generator, to: privateKey, modulo: DiffieHellman.prime)
    }

    /// Agrees with the other side.
    ///
    /// - Parameters:
    ///   - own: the public key that this side sent.
    ///   - other: the one that the other side sent.
    /// - Throws: `.publicKeyOutOfRange`, and `.keyAgreementFailed`.
    func agree(own: [UInt8], other: [UInt8]) throws(RTMPFault) -> RTMPEKeystreams {
        guard DiffieHellman.isValid(publicKey: other) else { throw .publicKeyOutOfRange }
        let secret = cryptography.power(of: other, to: privateKey, modulo: DiffieHellman.prime)
        guard secret.count == DiffieHellman.size, own.count == DiffieHellman.size else { throw .keyAgreementFailed }
        // Each side writes with the key that is made of the other's public key.
        return RTMPEKeystreams(
            inbound: cryptography.keystream(key: DiffieHellman.streamKey(secret: secret, publicKey: own)),
            outbound: cryptography.keystream(key: DiffieHellman.streamKey(secret: secret, publicKey: other)))
    }
}
