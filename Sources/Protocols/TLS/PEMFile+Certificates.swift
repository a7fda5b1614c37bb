import NIOSSL

extension PEMFile {
    /// The certificates in a file, of which there is one at least.
    static func certificates(of path: String) throws(CertificateFault) -> [NIOSSLCertificate] {
        let text = try bytes(of: path)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(text), !certificates.isEmpty else {
            throw .noCertificate(path)
        }
        return certificates
    }
}
