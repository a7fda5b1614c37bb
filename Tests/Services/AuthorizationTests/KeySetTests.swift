import Catalogue
import ConfigurationReading
import Crypto
import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import Authorization

@Suite("Tokens: keys that a service publishes")
struct KeySetTests {
    /// A service that signs tokens, and publishes the keys that a test tells.
    private final class Service: KeySetSource {
        private let state = NIOLockedValueBox<(answer: Result<String, KeySetFault>, fetches: [String])>(
            (.failure(KeySetFault("nobody is there")), []))

        /// The addresses that were asked, in order.
        var fetches: [String] { state.withLockedValue { $0.fetches } }

        func answers(_ text: String) { state.withLockedValue { $0.answer = .success(text) } }

        func fails() { state.withLockedValue { $0.answer = .failure(KeySetFault("nobody is there")) } }

        func publishes(_ signers: Signer...) { answers("{\"keys\":[\(signers.map(\.jwk).joined(separator: ","))]}") }

        func keySet(at url: HookURL, limit: TimeAmount, mostBytes: Int) async throws(KeySetFault) -> [UInt8] {
            let answer = state.withLockedValue { state in
                state.fetches.append(url.revealed)
                return state.answer
            }
            return Array(try answer.get().utf8)
        }
    }

    /// A service that says when it is asked, and answers when it is let.
    private final class SlowService: KeySetSource {
        let asked = AsyncStream.makeStream(of: Void.self)
        let released = AsyncStream.makeStream(of: Void.self)

        func keySet(at url: HookURL, limit: TimeAmount, mostBytes: Int) async throws(KeySetFault) -> [UInt8] {
            asked.continuation.yield()
            for await _ in released.stream { break }
            return Array("{\"keys\":[]}".utf8)
        }
    }

    private struct Signer {
        let id: String
        let key = P256.Signing.PrivateKey()

        var jwk: String {
            let point = key.publicKey.x963Representation
            let (x, y) = (Base64URL.encode(point.dropFirst().prefix(32)), Base64URL.encode(point.suffix(32)))
            return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"\(id)\",\"x\":\"\(x)\",\"y\":\"\(y)\"}"
        }

        func token(_ stream: String = "live/show") throws -> [(String, String)] {
            let claims = "{\"exp\":\(Int(Date().timeIntervalSince1970) + 86_400),\"stream\":\"\(stream)\"}"
            let head = "{\"alg\":\"ES256\",\"kid\":\"\(id)\"}"
            let signed = Base64URL.encode(Array(head.utf8)) + "." + Base64URL.encode(Array(claims.utf8))
            let signature = try key.signature(for: Data(signed.utf8)).rawRepresentation
            return [("token", signed + "." + Base64URL.encode(signature))]
        }
    }

    private struct Lines: LogHandler {
        let lines = NIOLockedValueBox<[String]>([])
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { lines.withLockedValue { $0.append("\(event.level): \(event.message)") } }
    }

    private static let address = "https://id.example/keys"

    private func stage(_ service: Service, leastPause: Duration = .zero, _ lines: Lines = Lines()) -> Stage {
        Stage(
            keySets: service, leastPauseBetweenFetches: leastPause, logger: Logger(label: "test") { _ in lines }
        ) { configuration in
            configuration.auth.play = .token
            configuration.auth.tokens.keySet = HookURL(Self.address).map { .address($0) }
        }
    }

    private var allowed: StreamDecision { get throws { .allow(try StreamPath("live/show")) } }

    @Test("they verify tokens, and are fetched once for all of them")
    func published() async throws {
        let (service, known, other) = (Service(), Signer(id: "a"), Signer(id: "a"))
        service.publishes(known)
        let stage = stage(service)
        #expect(await stage.play("show", try known.token()) == (try allowed))
        #expect(await stage.play("show", try other.token()) == .deny(.tokenRefused))
        #expect(await stage.play("show", try known.token("live/other")) == .deny(.tokenRefused))
        for _ in 0..<20 { _ = await stage.play("show", try known.token()) }
        #expect(service.fetches == [Self.address])
        #expect(await stage.play("show", [("token", "eyJ.a.b")]) == .deny(.tokenRefused))
        #expect(service.fetches == [Self.address])
    }

    @Test(
        "a token of a new key leads to a look, with a shared secret beside them and without", arguments: [true, false])
    func rotation(withSecret: Bool) async throws {
        let (service, old, new) = (Service(), Signer(id: "old"), Signer(id: "new"))
        service.publishes(old)
        let stage = stage(service)
        if withSecret { stage.change { $0.auth.tokens.secret = Secret("a secret of the back end") } }
        #expect(await stage.play("show", try old.token()) == (try allowed))
        service.publishes(old, new)
        #expect(await stage.play("show", try new.token()) == (try allowed))
        #expect(await stage.play("show", try old.token()) == (try allowed))
        #expect(service.fetches.count == 2)
    }

    @Test("made-up keys do not set the server on the service, and are no guesses that shut anybody out")
    func unknownKeys() async throws {
        let (service, known) = (Service(), Signer(id: "a"))
        service.publishes(known)
        let stage = stage(service, leastPause: .seconds(3_600))
        #expect(await stage.play("show", try known.token()) == (try allowed))
        for number in 0..<50 {
            #expect(await stage.play("show", try Signer(id: "\(number)").token()) == .deny(.tokenRefused))
        }
        #expect(service.fetches.count == 1)
        #expect(await stage.play("show", try known.token()) == (try allowed))
    }

    @Test("a key that is withdrawn is worth nothing from the next fetch on", arguments: ["another key", "no key"])
    func withdrawal(left: String) async throws {
        let (service, old, new) = (Service(), Signer(id: "old"), Signer(id: "new"))
        service.publishes(old)
        let stage = stage(service)
        #expect(await stage.play("show", try old.token()) == (try allowed))
        if left == "no key" { service.publishes() } else { service.publishes(new) }
        stage.change { $0.auth.tokens.keySetInterval = .seconds(3_600) }
        await stage.authorizer.tokenKeys.keepFresh()
        #expect(await stage.play("show", try old.token()) == (try allowed))
        stage.change { $0.auth.tokens.keySetInterval = .zero }
        await stage.authorizer.tokenKeys.keepFresh()
        #expect(await stage.play("show", try old.token()) == .deny(.tokenRefused))
    }

    @Test(
        "while what is there is no key set, the last good one holds, and the log says so once",
        arguments: ["", "<html>Sign in</html>", "{\"keys\":1}", "[]", "{}", String(repeating: " ", count: 70_000)])
    func outage(answer: String) async throws {
        let (service, known, lines) = (Service(), Signer(id: "a"), Lines())
        service.publishes(known)
        let stage = stage(service, lines)
        stage.change { $0.auth.tokens.keySetInterval = .zero }
        #expect(await stage.play("show", try known.token()) == (try allowed))
        if answer.isEmpty { service.fails() } else { service.answers(answer) }
        for _ in 0..<3 {
            await stage.authorizer.tokenKeys.keepFresh()
            #expect(await stage.play("show", try known.token()) == (try allowed))
            // Of another key nobody can say that it is wrong.
            #expect(await stage.play("show", try Signer(id: "b").token()) == .deny(.unavailable))
        }
        service.publishes(known)
        await stage.authorizer.tokenKeys.keepFresh()
        #expect(await stage.play("show", try known.token()) == (try allowed))
        #expect(
            lines.lines.withLockedValue { $0 } == [
                "info: key set fetched", "error: key set cannot be fetched", "notice: key set fetched again",
            ])
    }

    @Test("while there was never one, tokens are neither right nor guesses")
    func neverThere() async throws {
        let (service, known) = (Service(), Signer(id: "a"))
        let stage = stage(service)
        for number in 0..<50 {
            #expect(await stage.play("show", try known.token("live/\(number)")) == .deny(.unavailable))
        }
        stage.change { $0.auth.publish = .key }
        #expect(await stage.publish("show", try known.token()) == .deny(.unavailable))
        service.publishes(known)
        #expect(await stage.play("show", try known.token()) == (try allowed))
    }

    @Test("of another address the keys of before are forgotten")
    func otherAddress() async throws {
        let (service, known) = (Service(), Signer(id: "a"))
        service.publishes(known)
        let stage = stage(service)
        #expect(await stage.play("show", try known.token()) == (try allowed))
        service.fails()
        stage.change { $0.auth.tokens.keySet = HookURL("http://other.example/keys").map { .address($0) } }
        #expect(await stage.play("show", try known.token()) == .deny(.unavailable))
        stage.change { $0.auth.tokens.keySet = nil }
        #expect(await stage.play("show", try known.token()) == .deny(.tokenRefused))
    }
    @Test("a signing key that goes while others are fetched is worth nothing from then on")
    func rotatedMeanwhile() async throws {
        let service = SlowService()
        let stage = Stage(keySets: service) { configuration in
            configuration.auth.play = .token
            configuration.auth.tokens.keySet = HookURL(Self.address).map { .address($0) }
        }
        let claims = TokenClaims(scopes: [.everything], expiry: .now.addingTimeInterval(86_400))
        let token = try await stage.tokens.signPlayback(claims).revealed
        async let playing = stage.play("show", [("token", token)])
        for await _ in service.asked.stream { break }
        _ = try await stage.storage.addSigningKey(removingOthers: true)
        await stage.authorizer.refreshTokenKeys()
        service.released.continuation.finish()
        let decision = await playing
        #expect(decision == .deny(.tokenRefused))
        #expect(await stage.play("show", [("token", token)]) == .deny(.tokenRefused))
    }
}
