import Crypto
import NIOCore

/// The question which SWF file a client is, as Flash Media Server asks it: the client answers with a code over the file's
/// hash whose key is the end of S1.
struct SWFVerification: Sendable {
    /// What the request says: the version of the question, 1.
    static let request = ByteBuffer(bytes: [1])

    private static let hashSize = 32

    private let challenge: SymmetricKey
    private let hashes: [[UInt8]]

    /// Makes the question of a connection; `nil` when there is nothing to ask.
    ///
    /// - Parameter challenge: the last 32 bytes of S1.
    init?(challenge: [UInt8]?, hashes: [[UInt8]]) {
        guard let challenge, !hashes.isEmpty else { return nil }
        self.challenge = SymmetricKey(data: challenge)
        self.hashes = hashes
    }

    /// Whether an answer proves one of the files: two bytes of version, the file's size twice, the code.
    func isProved(by answer: ByteBuffer) -> Bool {
        guard let code = answer.getBytes(at: answer.readerIndex + 10, length: Self.hashSize) else { return false }
        return hashes.contains { HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: $0, using: challenge) }
    }
}
