/// Why a certificate cannot be used.
public enum CertificateFault: Error, Equatable, Sendable {
    /// A file cannot be read; the second value says why.
    case unreadable(String, String)
    /// A file has no certificate in PEM form (RFC 7468 §5).
    case noCertificate(String)
    /// A file has no private key in PEM form, or one with a password.
    case noKey(String)
    /// The key in the second file is not that of the certificate in the first.
    case keyOfAnother(certificate: String, key: String)
    /// The files are in order, and nothing can be made of them all the same; the value is the library's word.
    case unusable(String)
}

extension CertificateFault: CustomStringConvertible {
    /// One sentence for whoever runs the server.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .noCertificate(let path): "\(path) holds no certificate in PEM form"
        case .noKey(let path): "\(path) holds no private key in PEM form without a password"
        case .keyOfAnother(let certificate, let key):
            "the key in \(key) does not belong to the certificate in \(certificate)"
        case .unusable(let reason): "the certificates cannot be used: \(reason)"
        }
    }
}
