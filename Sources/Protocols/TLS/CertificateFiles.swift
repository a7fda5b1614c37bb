#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a certificate with its chain, and its private key, lie.
public struct CertificateFiles: Hashable, Sendable {
    /// A file with the certificate first and those above it after it, in PEM form: `fullchain.pem` of Let's Encrypt.
    public var certificate: String
    /// A file with the private key; may be the same file.
    public var key: String

    /// Makes a pair.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// Files that hold certificates and keys, and how to see that they have changed.
enum PEMFile {
    /// Bytes of a file: 1 MiB, longer than every list of authorities.
    private static let mostBytes = 1 << 20

    static func bytes(of path: String) throws(CertificateFault) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw .unreadable(path, errno == ENOENT || errno == ENOTDIR ? "no such file" : "no permission")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(file, &block, block.count)
            guard count >= 0 else { throw .unreadable(path, "it is a folder, or the disk fails") }
            guard count > 0 else { return bytes }
            bytes += block.prefix(count)
            guard bytes.count <= mostBytes else { throw .unreadable(path, "it is longer than \(mostBytes) bytes") }
        }
    }

    /// What changes when a file does: a new file under the old name, or the same with other bytes.
    struct Mark: Equatable {
        private let values: [Int]?

        init(of path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else {
                values = nil
                return
            }
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            values = [Int(status.st_ino), Int(status.st_size), Int(time.tv_sec), Int(time.tv_nsec)]
        }
    }
}
