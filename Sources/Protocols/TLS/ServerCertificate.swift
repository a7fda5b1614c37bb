import Crypto
import NIOSSL

/// A certificate with its key, as it was read from its files.
struct ServerCertificate: Sendable {
    let files: CertificateFiles
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey
    /// The host names for which it is, in small letters, some with a `*` for their first label.
    let names: [String]
    /// When it ends, in seconds since 1970.
    let expiry: Int

    /// Reads the files.
    init(_ files: CertificateFiles) throws(CertificateFault) {
        self.files = files
        let certificate = try PEMFile.bytes(of: files.certificate)
        let key = files.key == files.certificate ? certificate : try PEMFile.bytes(of: files.key)
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(certificate), let leaf = chain.first else {
            throw .noCertificate(files.certificate)
        }
        guard let key = try? NIOSSLPrivateKey(bytes: key, format: .pem) else { throw .noKey(files.key) }
        self.chain = chain
        self.key = key
        expiry = Int(leaf.notValidAfter)
        names = leaf._subjectAlternativeNames().compactMap { name in
            name.nameType == .dnsName ? String(decoding: name.contents, as: UTF8.self).lowercased() : nil
        }
    }

    /// The certificate's SHA-256, as `openssl x509 -fingerprint -sha256` writes it.
    var fingerprint: String {
        let bytes = (try? chain.first?.toDERBytes()) ?? []
        return SHA256.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16, uppercase: true)
            return text.count == 1 ? "0" + text : text
        }.joined(separator: ":")
    }

    /// Whether it is for a host (RFC 9525 §6.3): a `*` stands for one label, the first.
    func isFor(_ host: String) -> Bool {
        let host = host.lowercased().droppingLastDot
        return names.contains { name in
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
            return dot != host.startIndex && host[dot...] == name.dropFirst()
        }
    }
}

extension String {
    fileprivate var droppingLastDot: String { hasSuffix(".") ? String(dropLast()) : self }
}
