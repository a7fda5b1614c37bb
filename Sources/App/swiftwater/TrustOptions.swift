import ArgumentParser
import TransportSecurity

/// The options that decide which servers a command believes.
struct TrustOptions: ParsableArguments {
    @Option(help: "Believe servers whose certificates are issued by, or are, those in this file in PEM form.")
    var ca: String?

    @Flag(help: "Believe every server: the connection is encrypted, and nobody knows with whom.")
    var insecure = false

    func validate() throws {
        if insecure, ca != nil { throw ValidationError("either --ca or --insecure") }
    }

    /// What encrypts connections, and believes as the options say.
    func security() throws -> TLSClient {
        do throws(CertificateFault) {
            return try TLSClient(trust: insecure ? .anybody : ca.map { .file($0) } ?? .system)
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
