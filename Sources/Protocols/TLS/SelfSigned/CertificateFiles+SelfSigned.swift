public import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension CertificateFiles {
    /// A self-signed certificate that ends sooner is replaced at the next start.
    private static let secondsBeforeReplacement = 30 * 86_400

    /// The self-signed certificate in `folder`, for trials; made there when there is none yet, or the one there ends soon.
    ///
    /// Clients must be told to accept it, and the log says so loudly.
    public static func selfSigned(in folder: String, logger: Logger) throws(CertificateFault) -> CertificateFiles {
        let files = CertificateFiles(certificate: "\(folder)/self-signed.pem", key: "\(folder)/self-signed.key")
        let now = time(nil)
        let kept = try? ServerCertificate(files)
        if (kept?.expiry ?? 0) < now + secondsBeforeReplacement {
            var random = SystemRandomNumberGenerator()
            let serial = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let made: SelfSignedCertificate
            do {
                made = try SelfSignedCertificate(
                    names: ["localhost"] + [hostName].filter { !$0.isEmpty && $0 != "localhost" },
                    addresses: [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]], serial: serial, now: now)
            } catch {
                throw .unusable("\(error)")
            }
            try makeFolders(folder)
            try write(made.key, to: files.key, mode: 0o600)
            try write(made.certificate, to: files.certificate, mode: 0o644)
        }
        let certificate = try ServerCertificate(files)
        logger.warning(
            "no certificate is configured: a self-signed one is in use, which is for trials only, and which clients must be told to accept",
            metadata: ["file": "\(files.certificate)", "sha256": "\(certificate.fingerprint)"])
        return files
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        // The last byte stays zero.
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func makeFolders(_ folder: String) throws(CertificateFault) {
        var path = folder.hasPrefix("/") ? "/" : ""
        let parts = folder.split(separator: "/")
        for (index, part) in parts.enumerated() {
            path += part
            // The last one holds the key.
            let mode: mode_t = index == parts.count - 1 ? 0o700 : 0o755
            guard mkdir(path, mode) == 0 || errno == EEXIST else {
                throw .unreadable(path, "the folder cannot be made")
            }
            path += "/"
        }
    }

    /// Writes a new file beside the place, and moves it there whole.
    private static func write(_ text: String, to path: String, mode: mode_t) throws(CertificateFault) {
        let temporary = path + ".new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw .unreadable(path, "it cannot be written") }
        let bytes = Array(text.utf8)
        #if canImport(Glibc)
            let count = Glibc.write(file, bytes, bytes.count)
        #elseif canImport(Musl)
            let count = Musl.write(file, bytes, bytes.count)
        #else
            let count = Darwin.write(file, bytes, bytes.count)
        #endif
        close(file)
        guard count == bytes.count, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw .unreadable(path, "it cannot be written")
        }
    }
}
