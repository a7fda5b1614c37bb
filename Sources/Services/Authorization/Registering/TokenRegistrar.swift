public import Catalogue
public import EndpointCore
import MediaModel

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Makes the tokens of those who administer the server, and those of viewers.
public struct TokenRegistrar: Sendable {
    private let storage: any CatalogueStorage

    /// Makes a registrar for a catalogue.
    public init(_ storage: any CatalogueStorage) {
        self.storage = storage
    }

    /// Makes a token for the API, whose secret is handed out once.
    ///
    /// - Throws: `RegistrationFault`, `CatalogueFault`, or what the storage failed with.
    public func issueToken(
        label: String, role: APIToken.Role, applications: Set<String>? = nil, expiresAt: Date? = nil,
        isFirst: Bool = false
    ) async throws -> (APIToken, Secret) {
        guard (1...64).contains(label.count), label.isVisible else { throw RegistrationFault.label }
        for application in applications ?? [] {
            do throws(StreamPath.Fault) {
                _ = try StreamPath(application: application, name: "x")
            } catch {
                throw RegistrationFault.path(error)
            }
        }
        let secret = SecretText.make(.apiToken)
        let token = try await storage.addToken(
            APIToken.Draft(
                digest: SecretDigest(of: secret), label: label, role: role, applications: applications,
                isFirst: isFirst, expiresAt: expiresAt))
        return (token, secret)
    }

    /// Signs a token with which a stream is played, or published: a JWT (HS256) of this server's own key.
    public func signPlayback(_ claims: TokenClaims, now: Date = Date()) async throws -> Secret {
        guard let key = try await storage.signingKeys().first else { throw RegistrationFault.reservedName }
        return Secret(try JSONWebToken.make(claims, key: key.id, bytes: key.bytes, now: now))
    }
}
