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

    /// Secrets that a server tries: 8, so that all of them are unfit once in 2^64 times, or by the doing of a hostile client.
    private static let mostAttempts = 8

    /// Makes a side with a secret of `generator`, which nobody must be able to foresee.
    init(_ cryptography: any RTMPECryptography, using generator: inout some RandomNumberGenerator) {
        self.cryptography = cryptography
        privateKey = DiffieHellman.privateKey(using: &generator)
    }

    /// The public key that goes into C1.
    var publicKey: [UInt8] { publicKey(of: privateKey) }

    /// Agrees with a client, as the server, whose own public key is still to be sent.
    ///
    /// What comes out has no zero in front. FFmpeg and librtmp take the secret from their libraries without such zeros, so
    /// that each 256th of their connections would read nothing but noise.
    ///
    /// - Parameter client: the client's public key.
    /// - Returns: the public key that goes into S1, and what the connection is encrypted with.
    /// - Throws: `.publicKeyOutOfRange`, and `.keyAgreementFailed`.
    func answer(to client: [UInt8]) throws(RTMPFault) -> (publicKey: [UInt8], keystreams: RTMPEKeystreams) {
        var privateKey = privateKey
        for _ in 0..<Self.mostAttempts {
            let secret = try secret(of: privateKey, with: client)
            if secret.first != 0 {
                let publicKey = publicKey(of: privateKey)
                return (publicKey, try keystreams(secret, own: publicKey, other: client))
            }
            privateKey = DiffieHellman.successor(of: privateKey)
        }
        throw .keyAgreementFailed
    }

    /// Agrees with a server, as the client.
    ///
    /// - Parameters:
    ///   - own: the public key that this side sent.
    ///   - other: the one that the server sent.
    /// - Throws: `.publicKeyOutOfRange`, and `.keyAgreementFailed`.
    func agree(own: [UInt8], other: [UInt8]) throws(RTMPFault) -> RTMPEKeystreams {
        try keystreams(secret(of: privateKey, with: other), own: own, other: other)
    }

    private func publicKey(of privateKey: [UInt8]) -> [UInt8] {
        cryptography.power(of: DiffieHellman.generator, to: privateKey, modulo: DiffieHellman.prime)
    }

    private func secret(of privateKey: [UInt8], with other: [UInt8]) throws(RTMPFault) -> [UInt8] {
        guard DiffieHellman.isValid(publicKey: other) else { throw .publicKeyOutOfRange }
        let secret = cryptography.power(of: other, to: privateKey, modulo: DiffieHellman.prime)
        guard secret.count == DiffieHellman.size else { throw .keyAgreementFailed }
        return secret
    }

    /// Each side writes with the key that is made of the other's public key.
    private func keystreams(_ secret: [UInt8], own: [UInt8], other: [UInt8]) throws(RTMPFault) -> RTMPEKeystreams {
        guard own.count == DiffieHellman.size else { throw .keyAgreementFailed }
        return RTMPEKeystreams(
            inbound: cryptography.keystream(key: DiffieHellman.streamKey(secret: secret, publicKey: own)),
            outbound: cryptography.keystream(key: DiffieHellman.streamKey(secret: secret, publicKey: other)))
    }
}
