import Foundation

@testable import TransportSecurity

/// A folder of a test's own.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "swiftwater-tls-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A certificate of its own for `names`, in files of `stem`.
    func certificate(_ stem: String, names: [String]) throws -> CertificateFiles {
        let made = try SelfSignedCertificate(
            names: names, addresses: [], serial: Array(1...16), now: Int(Date().timeIntervalSince1970))
        let files = CertificateFiles(certificate: "\(path)/\(stem).pem", key: "\(path)/\(stem).key")
        try made.certificate.write(toFile: files.certificate, atomically: true, encoding: .utf8)
        try made.key.write(toFile: files.key, atomically: true, encoding: .utf8)
        return files
    }
}
