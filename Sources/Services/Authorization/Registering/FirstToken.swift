public import Catalogue
import EndpointCore
public import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The token that there is from the beginning, in a file that only the server's user can read.
///
/// It lets somebody in who does not come from the same machine, as in a container. The secret is never logged, and the
/// file may be removed once it was used.
public enum FirstToken {
    /// The name of the file in the data folder.
    public static let fileName = "first-token"

    /// Makes the token where there is none at all.
    public static func prepare(_ storage: any CatalogueStorage, folder: String, logger: Logger) async throws {
        guard try await !storage.hasTokens() else { return }
        let (token, secret) = try await TokenRegistrar(storage).issueToken(
            label: "first token", role: .admin, isFirst: true)
        let path = "\(folder)/\(fileName)"
        guard write(secret.revealed + "\n", to: path) else {
            // Nobody would ever know it.
            _ = try await storage.removeToken(token.id)
            logger.warning("the first token could not be written", metadata: ["file": "\(path)"])
            return
        }
        logger.notice("a first token for the API was made", metadata: ["file": "\(path)"])
    }

    private static func write(_ text: String, to path: String) -> Bool {
        // Never into a file that somebody else has put there.
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        let bytes = Array(text.utf8)
        #if canImport(Glibc)
            return Glibc.write(file, bytes, bytes.count) == bytes.count
        #elseif canImport(Musl)
            return Musl.write(file, bytes, bytes.count) == bytes.count
        #else
            return Darwin.write(file, bytes, bytes.count) == bytes.count
        #endif
    }
}
