public import EndpointCore
public import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The certificates of the server, for all listeners: read from files, and read again when those change.
///
/// Connections keep the certificate that they began with. Files that cannot be used leave everything as it was.
public final class CertificateStore: Sendable {
    /// A certificate that ends sooner is worth a warning: 14 days, since those of Let's Encrypt are renewed 30 days before.
    private static let secondsBeforeWarning = 14 * 86_400

    /// Certificates that were read and found right, for a store to take into use.
    public struct Prepared: Sendable {
        fileprivate let files: [CertificateFiles]
        fileprivate let profiles: [TLSProfile]
        fileprivate let contexts: [TLSProfile: NIOSSLContext]
        fileprivate let marks: [PEMFile.Mark]
        fileprivate let certificates: [ServerCertificate]
        /// The SHA-256 of each, as `openssl x509 -fingerprint -sha256` writes it.
        public let fingerprints: [String]
    }

    private struct State {
        var files: [CertificateFiles]
        var profiles: [TLSProfile]
        var fingerprints: [String] = []
        var contexts: [TLSProfile: NIOSSLContext] = [:]
        /// The files as they were read, or as they were seen when they could not be used.
        var marks: [PEMFile.Mark] = []
        /// The files as they were seen to be different; they are read once they stay so.
        var changing: [PEMFile.Mark]?
    }

    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    /// Reads the certificates.
    ///
    /// - Parameters:
    ///   - files: the pairs, one at least; the first is for clients that name no host, or one for which there is none.
    ///   - profiles: how they will be used.
    public init(_ files: [CertificateFiles], profiles: [TLSProfile], logger: Logger) throws(CertificateFault) {
        self.logger = logger
        state = NIOLockedValueBox(State(files: files, profiles: profiles))
        try load(files)
    }

    /// Reads certificates without taking them into use, so that what cannot be used changes nothing.
    ///
    /// To be called where a thread may wait for a disk.
    ///
    /// - Parameters:
    ///   - files: the pairs; those of now when nothing is said.
    ///   - profiles: how they will be used; as now when nothing is said.
    public func prepare(
        _ files: [CertificateFiles]? = nil, profiles: [TLSProfile]? = nil
    ) throws(CertificateFault) -> Prepared {
        let (ownFiles, ownProfiles) = state.withLockedValue { ($0.files, $0.profiles) }
        return try Self.read(files ?? ownFiles, profiles: profiles ?? ownProfiles)
    }

    /// Takes certificates into use, for connections that are made from then on.
    public func use(_ prepared: Prepared) {
        let news = state.withLockedValue { state in
            defer {
                state.files = prepared.files
                state.profiles = prepared.profiles
                state.contexts = prepared.contexts
                state.marks = prepared.marks
                state.changing = nil
                state.fingerprints = prepared.fingerprints
            }
            return prepared.certificates.filter { !state.fingerprints.contains($0.fingerprint) }
        }
        for certificate in news { log(certificate) }
    }

    /// The SHA-256 of each certificate in use.
    public var fingerprints: [String] { state.withLockedValue { $0.fingerprints } }

    /// The encryption of listeners of one of the profiles, with the certificates that are in force at each connection.
    public func security(_ profile: TLSProfile) -> any ConnectionSecurity {
        StoredSecurity(store: self, profile: profile)
    }

    /// Reads the files, or others, now.
    ///
    /// To be called where a thread may wait for a disk.
    public func reload(_ files: [CertificateFiles]? = nil) {
        let files = files ?? state.withLockedValue { $0.files }
        do throws(CertificateFault) {
            try load(files)
        } catch {
            logger.error("certificates not changed: the old ones stay in use", metadata: ["reason": "\(error)"])
        }
    }

    /// Reads the files if they have changed, and have then stayed as they are from one call to the next: whoever renews a
    /// certificate writes two files, one after the other.
    ///
    /// To be called now and then, where a thread may wait for a disk.
    public func reloadIfChanged() {
        let (files, profiles) = state.withLockedValue { ($0.files, $0.profiles) }
        let marks = Self.marks(of: files, profiles)
        let isSettled = state.withLockedValue { state in
            guard marks != state.marks else {
                state.changing = nil
                return false
            }
            defer { state.changing = marks }
            return state.changing == marks
        }
        if isSettled { reload(files) }
    }

    /// Puts encryption with the certificates of now before everything else in a connection's pipeline.
    fileprivate func secure(_ channel: any Channel, _ profile: TLSProfile) throws {
        guard let context = state.withLockedValue({ $0.contexts[profile] }) else {
            throw SecurityFailure("no certificates for this listener")
        }
        let pipeline = channel.pipeline.syncOperations
        let handler = NIOSSLServerHandler(context: context)
        try pipeline.addHandlers(
            [SocketShortcut(), handler, SecurityFailureReporter(), RecordSizedWrites()], position: .first)
    }

    private func load(_ files: [CertificateFiles]) throws(CertificateFault) {
        let profiles = state.withLockedValue { $0.profiles }
        // Whatever comes of it: files that cannot be used are not tried again before they change.
        let marks = Self.marks(of: files, profiles)
        state.withLockedValue { state in
            state.marks = marks
            state.changing = nil
        }
        use(try Self.read(files, profiles: profiles))
    }

    private static func read(
        _ files: [CertificateFiles], profiles: [TLSProfile]
    ) throws(CertificateFault) -> Prepared {
        // Before they are read: what changes meanwhile is seen the next time.
        let marks = marks(of: files, profiles)
        var certificates: [ServerCertificate] = []
        for pair in files {
            let certificate = try ServerCertificate(pair)
            try TLSProfile.check(certificate)
            certificates.append(certificate)
        }
        var contexts: [TLSProfile: NIOSSLContext] = [:]
        for profile in profiles { contexts[profile] = try profile.context(for: certificates) }
        return Prepared(
            files: files, profiles: profiles, contexts: contexts, marks: marks, certificates: certificates,
            fingerprints: certificates.map(\.fingerprint))
    }

    private static func marks(of files: [CertificateFiles], _ profiles: [TLSProfile]) -> [PEMFile.Mark] {
        files.flatMap { [PEMFile.Mark(of: $0.certificate), PEMFile.Mark(of: $0.key)] }
            + profiles.compactMap { $0.clientAuthorities.map(PEMFile.Mark.init) }
    }

    private func log(_ certificate: ServerCertificate) {
        let left = certificate.expiry - time(nil)
        let facts: Logger.Metadata = [
            "file": "\(certificate.files.certificate)", "names": "\(certificate.names.joined(separator: " "))",
            "days.left": "\(left / 86_400)", "sha256": "\(certificate.fingerprint)",
        ]
        switch left {
        case ..<0: logger.error("certificate has expired", metadata: facts)
        case ..<Self.secondsBeforeWarning: logger.warning("certificate expires soon", metadata: facts)
        default: logger.info("certificate in use", metadata: facts)
        }
    }
}

private struct StoredSecurity: ConnectionSecurity {
    let store: CertificateStore
    let profile: TLSProfile

    func secure(_ channel: any Channel) throws {
        try store.secure(channel, profile)
    }
}
