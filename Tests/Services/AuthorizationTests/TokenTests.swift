import Catalogue
import ConfigurationReading
import Crypto
import CryptoExtras
import EndpointCore
import Foundation
import MediaModel
import Testing

@testable import Authorization

/// Writes tokens as other programs do, right ones and wrong ones.
private enum Forge {
    static func token(_ header: String, _ payload: String, sign: (Data) throws -> some DataProtocol) rethrows -> String
    {
        let signed = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return signed + "." + Base64URL.encode(Array(try sign(Data(signed.utf8))))
    }

    static func hmac(_ payload: String, secret: String, header: String = #"{"alg":"HS256"}"#) -> String {
        token(header, payload) { data in
            Data(HMAC<SHA256>.authenticationCode(for: data, using: SymmetricKey(data: Data(secret.utf8))))
        }
    }
}

private let secret = "a secret of the back end"
private let soon = Int(Date().timeIntervalSince1970) + 86_400

@Suite("Playing: tokens")
struct TokenTests {
    private func stage(_ change: (inout ServerConfiguration) -> Void = { _ in }) -> Stage {
        Stage { configuration in
            configuration.auth.play = .token
            configuration.auth.tokens.secret = Secret(secret)
            change(&configuration)
        }
    }

    private var show: StreamPath { get throws { try StreamPath("live/show") } }

    @Test("what a player shows matters where a token is needed")
    func needed() {
        let stage = Stage { $0.auth.play = .open }
        #expect(!stage.authorizer.looksAtCredentials(toPlayIn: "live"))
        stage.change { $0.auth.play = .token }
        #expect(stage.authorizer.looksAtCredentials(toPlayIn: "live"))
    }

    @Test("the server's own token plays its stream until it ends, from where it may")
    func own() async throws {
        let stage = stage { $0.auth.tokens.issuer = "somebody else" }
        let registrar = try await stage.tokens
        func token(
            _ scope: String, _ addresses: [String] = [], lasting seconds: Double = 3_600
        ) async throws -> String {
            let scopes = [TokenClaims.Scope(scope)].compactMap { $0 }
            let claims = TokenClaims(scopes: scopes, addresses: addresses, expiry: .now.addingTimeInterval(seconds))
            return try await registrar.signPlayback(claims).revealed
        }
        #expect(await stage.play("show") == .deny(.tokenRequired))
        #expect(await stage.play("show", from: "127.0.0.1") == .deny(.tokenRequired))
        for scope in ["live/show", "live/*", "*"] {
            #expect(await stage.play("show", [("token", try await token(scope))]) == .allow(try show))
        }
        for scope in ["live/other", "other/*", "live/sho"] {
            #expect(await stage.play("show", [("token", try await token(scope))]) == .deny(.tokenRefused))
        }
        #expect(await stage.play("show", [("token", try await token("*", lasting: -2))]) == .deny(.tokenExpired))
        #expect(await stage.play("show", [("token", try await token("*", ["192.0.2.0/24"]))]) == .allow(try show))
        #expect(await stage.play("show", [("token", try await token("*", ["198.51.100.1"]))]) == .deny(.addressRefused))
        #expect(await stage.play("show", [("token", try await token("*", ["nonsense"]))]) == .deny(.addressRefused))
        // A new key that replaces the others makes worthless what they signed.
        let before = try await token("*")
        _ = try await stage.storage.addSigningKey(removingOthers: true)
        await stage.authorizer.tokenKeys.refresh()
        #expect(await stage.play("show", [("token", before)]) == .deny(.tokenRefused))
        #expect(await stage.play("show", [("token", try await token("*"))]) == .allow(try show))
    }

    @Test("a back end signs with the secret that it shares, in JWT and in URLs")
    func shared() async throws {
        let stage = stage()
        let token = Forge.hmac(#"{"exp":\#(soon),"stream":["live/a","live/show"]}"#, secret: secret)
        #expect(await stage.play("show", [("token", token)]) == .allow(try show))
        let signature = SignedAddress.sign(try show, expiry: "\(soon)", key: Array(secret.utf8))
        #expect(await stage.play("show", [("exp", "\(soon)"), ("sig", signature)]) == .allow(try show))
        #expect(await stage.play("other", [("exp", "\(soon)"), ("sig", signature)]) == .deny(.tokenRefused))
        #expect(await stage.play("show", [("exp", "\(soon + 1)"), ("sig", signature)]) == .deny(.tokenRefused))
        #expect(
            await stage.play("show", [("exp", "\(soon)"), ("sig", signature), ("ip", far)]) == .deny(.tokenRefused))
        #expect(await stage.play("show", [("sig", signature)]) == .deny(.tokenRefused))
        let bound = SignedAddress.sign(try show, expiry: "\(soon)", address: "192.0.2.0/24", key: Array(secret.utf8))
        let query = [("exp", "\(soon)"), ("sig", bound), ("ip", "192.0.2.0/24")]
        #expect(await stage.play("show", query) == .allow(try show))
        #expect(await stage.play("show", query, from: "198.51.100.1") == .deny(.addressRefused))
        let past = SignedAddress.sign(try show, expiry: "1000", key: Array(secret.utf8))
        #expect(await stage.play("show", [("exp", "1000"), ("sig", past)]) == .deny(.tokenExpired))
    }

    @Test("the signature of a URL is the one that any HMAC-SHA256 gives")
    func signature() throws {
        // printf 'play\nlive/show\n1790000000\n\n' | openssl dgst -sha256 -hmac key -binary | basenc --base64url
        let signature = SignedAddress.sign(try show, expiry: "1790000000", key: Array("key".utf8))
        #expect(signature == "nRyAILzbVmOVeLg8_-d7Kh63fBKskkpcT6f6aTEIjUI")
    }

    @Test("public keys of a file verify RS256 and ES256, and nothing else with them")
    func publicKeys() async throws {
        let elliptic = P256.Signing.PrivateKey()
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let numbers = try rsa.publicKey.getKeyPrimitives()
        let point = elliptic.publicKey.x963Representation
        let set = """
            {"keys":[
              {"kty":"EC","kid":"e1","crv":"P-256","use":"sig","x":"\(Base64URL.encode(point.dropFirst().prefix(32)))",
               "y":"\(Base64URL.encode(point.suffix(32)))"},
              {"kty":"RSA","kid":"r1","alg":"RS256","n":"\(Base64URL.encode(numbers.modulus))",
               "e":"\(Base64URL.encode(numbers.publicExponent))"},
              {"kty":"oct","kid":"o1","k":"c2VjcmV0"},{"kty":"EC","crv":"P-384","kid":"e2","x":"","y":""}
            ]}
            """
        let stage = stage()
        try FileManager.default.createDirectory(atPath: stage.folder, withIntermediateDirectories: true)
        try set.write(toFile: stage.folder + "/keys.json", atomically: true, encoding: .utf8)
        stage.change { $0.auth.tokens.keySet = .file(stage.folder + "/keys.json") }
        let payload = #"{"exp":\#(soon),"stream":"live/show","aud":"x"}"#
        func signed(_ header: String, rsa isRSA: Bool) throws -> String {
            try Forge.token(header, payload) { data in
                isRSA
                    ? try rsa.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation
                    : try elliptic.signature(for: data).rawRepresentation
            }
        }
        for (header, isRSA) in [
            (#"{"alg":"ES256","kid":"e1"}"#, false), (#"{"alg":"ES256"}"#, false),
            (#"{"alg":"RS256","kid":"r1"}"#, true),
        ] {
            #expect(await stage.play("show", [("token", try signed(header, rsa: isRSA))]) == .allow(try show))
        }
        for (header, isRSA) in [
            (#"{"alg":"ES256","kid":"r1"}"#, false), (#"{"alg":"RS256","kid":"e1"}"#, true),
            (#"{"alg":"PS256","kid":"r1"}"#, true), (#"{"alg":"ES256","kid":"e1"}"#, true),
        ] {
            #expect(await stage.play("show", [("token", try signed(header, rsa: isRSA))]) == .deny(.tokenRefused))
        }
        // The public key taken for a shared secret (RFC 8725 §2.1).
        for material in [rsa.publicKey.pemRepresentation, rsa.publicKey.derRepresentation.base64EncodedString()] {
            let token = Forge.hmac(payload, secret: material, header: #"{"alg":"HS256","kid":"r1"}"#)
            #expect(await stage.play("show", [("token", token)]) == .deny(.tokenRefused))
        }
        stage.change { $0.auth.tokens.audience = "x" }
        #expect(await stage.play("show", [("token", try signed(#"{"alg":"RS256"}"#, rsa: true))]) == .allow(try show))
        stage.change { $0.auth.tokens.audience = "y" }
        #expect(
            await stage.play("show", [("token", try signed(#"{"alg":"RS256"}"#, rsa: true))]) == .deny(.tokenRefused))
    }

    @Test(
        "a token that claims too little, or the wrong things, plays nothing",
        arguments: [
            #"{"stream":"live/show"}"#, #"{"exp":\#(soon)}"#, #"{"exp":\#(soon),"stream":[]}"#,
            #"{"exp":\#(soon),"stream":"../x"}"#, #"{"exp":"\#(soon)","stream":"*"}"#, #"{"exp":1e999,"stream":"*"}"#,
            #"{"exp":\#(soon),"stream":"*","action":"publish"}"#,
            #"{"exp":\#(soon),"stream":"*","action":["nothing"]}"#,
            #"{"exp":\#(soon),"stream":"*","nbf":\#(soon - 100)}"#, #"{"exp":\#(soon),"stream":{"a":1}}"#, "[]", "",
            "null",
        ])
    func claims(payload: String) async {
        let stage = stage()
        #expect(await stage.play("show", [("token", Forge.hmac(payload, secret: secret))]) == .deny(.tokenRefused))
    }

    @Test("forged, cut and huge tokens play nothing, and nothing breaks")
    func hostile() async throws {
        let payload = #"{"exp":\#(soon),"stream":"*"}"#
        let right = Forge.hmac(payload, secret: secret)
        let verifier = TokenVerifier(
            keys: [VerificationKey(material: .hmac(Array(secret.utf8)))], issuer: nil, audience: nil)
        #expect(throws: Never.self) { try verifier.claims(of: right) }
        var wrong = (0..<right.count).map { String(right.prefix($0)) }
        // Every letter another one; the last letter of a signature has bits that stand for nothing, and is held to them.
        for index in right.indices {
            var changed = right
            changed.replaceSubrange(index...index, with: right[index] == "A" ? "B" : "A")
            wrong.append(changed)
        }
        wrong += [
            right + "A", right + ".", "." + right, right + "." + right, right + "=", "..", ".", "a.b.c", "eyJ",
            String(repeating: "A", count: 5_000), right + String(repeating: "A", count: 1_000_000),
            Forge.token(#"{"alg":"none"}"#, payload) { _ in Data() },
            Forge.token(#"{"alg":"None"}"#, payload) { _ in Data() },
            Forge.token(#"{"alg":"HS256"}"#, payload) { _ in Data() },
            Forge.hmac(payload, secret: secret, header: #"{"alg":"HS512"}"#),
            Forge.hmac(payload, secret: secret, header: #"{"alg":"HS256","crit":["x"]}"#),
            Forge.hmac(payload, secret: secret, header: #"{"alg":null}"#),
            Forge.hmac(payload, secret: secret, header: String(repeating: "[", count: 2_000)),
            Forge.hmac(payload, secret: secret, header: String(repeating: #"{"alg":"#, count: 400)),
            Forge.hmac(payload, secret: ""), Forge.hmac(payload, secret: secret + "x"),
        ]
        for token in wrong {
            #expect(throws: TokenFault.self, "\(token.prefix(200))") { try verifier.claims(of: token) }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(throws: TokenFault.self) { try verifier.claims(of: String(decoding: bytes, as: UTF8.self)) }
        }
        let stage = stage()
        for query in [
            [("exp", "9999999999999999999999"), ("sig", "AAAA")], [("exp", ""), ("sig", "")],
            [("exp", "-1"), ("sig", "A")],
            [("exp", "1e9"), ("sig", "AAAA")], [("exp", "\(soon)"), ("sig", String(repeating: "A", count: 100_000))],
        ] {
            #expect(await stage.play("show", query, from: "127.0.0.1") == .deny(.tokenRefused))
        }
    }

    @Test("a token may let its bearer publish")
    func publishing() async throws {
        let stage = stage { $0.auth.publish = .key }
        let token = Forge.hmac(#"{"exp":\#(soon),"stream":"live/*","action":"publish"}"#, secret: secret)
        #expect(await stage.publish("show", [("token", token)]) == .allow(try show))
        #expect(await stage.publish("show", in: "other", [("token", token)]) == .deny(.keyRefused))
        let playing = Forge.hmac(#"{"exp":\#(soon),"stream":"live/*"}"#, secret: secret)
        #expect(await stage.publish("show", [("token", playing)]) == .deny(.keyRefused))
        let past = Forge.hmac(#"{"exp":1000,"stream":"live/*","action":"publish"}"#, secret: secret)
        #expect(await stage.publish("show", [("token", past)]) == .deny(.keyExpired))
    }

    @Test("Base64 for URLs goes there and back, and takes nothing that no encoder writes")
    func base64() {
        for count in 0..<20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        // RFC 4648 §10.
        #expect(Base64URL.encode(Array("fooba".utf8)) == "Zm9vYmE")
        for text in ["A", "AAAAA", "AB", "A=", "A+", "A/", "Zm9vYmE=", "é"] { #expect(Base64URL.decode(text) == nil) }
    }
}
