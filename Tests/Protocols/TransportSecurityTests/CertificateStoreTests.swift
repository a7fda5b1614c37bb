import EndpointCore
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import TransportSecurity

/// Serves connections with the certificates of a store, and tells which one a client gets.
private func servedNames(by store: CertificateStore, to host: String?) async throws -> [String] {
    let security = store.security(TLSProfile())
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try security.secure(channel) }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    defer { server.close(promise: nil) }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .noHostnameVerification
    let shown = server.eventLoop.makePromise(of: [String].self)
    let context = try NIOSSLContext(configuration: configuration)
    let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = try NIOSSLClientHandler(
                    context: context, serverHostname: host,
                    customVerificationCallback: { chain, verdict in
                        shown.succeed(
                            chain[0]._subjectAlternativeNames().map { String(decoding: $0.contents, as: UTF8.self) })
                        verdict.succeed(.certificateVerified)
                    })
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).get()
    defer { client.close(promise: nil) }
    return try await shown.futureResult.get()
}

@Suite("Certificates")
struct CertificateStoreTests {
    private let folder: Folder
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { folder = try Folder() }

    @Test("are chosen by the host that a client names, the first one for all others")
    func choice() async throws {
        let store = try CertificateStore(
            [
                folder.certificate("a", names: ["a.example"]), folder.certificate("b", names: ["*.b.example"]),
                folder.certificate("c", names: ["live.b.example", "c.example"]),
            ], profiles: [TLSProfile()], logger: logger)
        #expect(try await servedNames(by: store, to: "a.example") == ["a.example"])
        #expect(try await servedNames(by: store, to: "x.b.example") == ["*.b.example"])
        // The first that fits.
        #expect(try await servedNames(by: store, to: "live.b.example") == ["*.b.example"])
        #expect(try await servedNames(by: store, to: "c.example") == ["live.b.example", "c.example"])
        #expect(try await servedNames(by: store, to: "b.example") == ["a.example"])
        #expect(try await servedNames(by: store, to: nil) == ["a.example"])
    }

    @Test("stand for hosts as RFC 9525 says")
    func names() throws {
        let certificate = try ServerCertificate(folder.certificate("a", names: ["*.Example.com", "one.example"]))
        #expect(certificate.isFor("live.example.com"))
        #expect(certificate.isFor("LIVE.example.com."))
        #expect(certificate.isFor("one.example"))
        for other in ["example.com", "a.b.example.com", ".example.com", "two.example", ""] {
            #expect(!certificate.isFor(other), "\(other)")
        }
    }

    @Test("are read again once their files have changed and stay so")
    func change() async throws {
        let files = try folder.certificate("a", names: ["old.example"])
        let store = try CertificateStore([files], profiles: [TLSProfile()], logger: logger)
        store.reloadIfChanged()
        #expect(try await servedNames(by: store, to: nil) == ["old.example"])
        _ = try folder.certificate("a", names: ["new.example"])
        store.reloadIfChanged()
        #expect(try await servedNames(by: store, to: nil) == ["old.example"])
        store.reloadIfChanged()
        #expect(try await servedNames(by: store, to: nil) == ["new.example"])
    }

    @Test("are prepared without being used, and used for new profiles too")
    func prepared() async throws {
        let files = try folder.certificate("a", names: ["old.example"])
        let store = try CertificateStore([files], profiles: [TLSProfile()], logger: logger)
        let other = try folder.certificate("b", names: ["new.example"])
        let before = store.fingerprints
        let prepared = try store.prepare([other], profiles: [TLSProfile(), TLSProfile(oldestVersion: .tls13)])
        #expect(try await servedNames(by: store, to: nil) == ["old.example"])
        store.use(prepared)
        #expect(try await servedNames(by: store, to: nil) == ["new.example"])
        #expect(store.fingerprints == prepared.fingerprints && store.fingerprints != before)
        try "nothing".write(toFile: other.certificate, atomically: true, encoding: .utf8)
        #expect(throws: CertificateFault.self) { try store.prepare() }
        #expect(try await servedNames(by: store, to: nil) == ["new.example"])
    }

    @Test("stay in use while their files are broken")
    func broken() async throws {
        let files = try folder.certificate("a", names: ["old.example"])
        let store = try CertificateStore([files], profiles: [TLSProfile()], logger: logger)
        try "nothing".write(toFile: files.certificate, atomically: true, encoding: .utf8)
        store.reload()
        #expect(try await servedNames(by: store, to: nil) == ["old.example"])
        _ = try folder.certificate("a", names: ["new.example"])
        store.reload()
        #expect(try await servedNames(by: store, to: nil) == ["new.example"])
    }

    @Test("that cannot be used are refused with the reason")
    func faults() throws {
        let a = try folder.certificate("a", names: ["a.example"])
        let b = try folder.certificate("b", names: ["b.example"])
        let empty = folder.path + "/empty"
        try "".write(toFile: empty, atomically: true, encoding: .utf8)
        let missing = folder.path + "/missing"
        func fault(_ certificate: String, _ key: String) -> CertificateFault? {
            do throws(CertificateFault) {
                _ = try CertificateStore(
                    [CertificateFiles(certificate: certificate, key: key)], profiles: [TLSProfile()], logger: logger)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(a.certificate, a.key) == nil)
        #expect(fault(missing, a.key) == .unreadable(missing, "no such file"))
        #expect(fault(a.certificate, missing) == .unreadable(missing, "no such file"))
        #expect(fault(folder.path, a.key) == .unreadable(folder.path, "it is a folder, or the disk fails"))
        #expect(fault(empty, a.key) == .noCertificate(empty))
        #expect(fault(a.certificate, empty) == .noKey(empty))
        #expect(fault(a.certificate, b.key) == .keyOfAnother(certificate: a.certificate, key: b.key))
    }

    @Test("of clients need a file of authorities that can be read")
    func clientAuthorities() throws {
        let files = try folder.certificate("a", names: ["a.example"])
        let missing = folder.path + "/missing"
        let empty = folder.path + "/empty"
        try "".write(toFile: empty, atomically: true, encoding: .utf8)
        #expect(throws: CertificateFault.unreadable(missing, "no such file")) {
            try CertificateStore([files], profiles: [TLSProfile(clientAuthorities: missing)], logger: logger)
        }
        #expect(throws: CertificateFault.noCertificate(empty)) {
            try CertificateStore([files], profiles: [TLSProfile(clientAuthorities: empty)], logger: logger)
        }
    }

    @Test("that sign themselves are made once, their key for nobody else to read")
    func selfSigned() throws {
        let place = folder.path + "/data/tls"
        let files = try CertificateFiles.selfSigned(in: place, logger: logger)
        let first = try ServerCertificate(files)
        #expect(first.names.first == "localhost")
        let left = first.expiry - Int(Date().timeIntervalSince1970)
        #expect((364 * 86_400...366 * 86_400).contains(left))
        #expect(
            try ServerCertificate(CertificateFiles.selfSigned(in: place, logger: logger)).fingerprint
                == first.fingerprint)
        let mode = try FileManager.default.attributesOfItem(atPath: files.key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let folderMode = try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions] as? Int
        #expect(folderMode == 0o700)
    }
}
