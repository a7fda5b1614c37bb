import Catalogue
import ConfigurationReading
import EndpointCore
import MediaModel
import RTMPSession
import Testing

@testable import Authorization

@Suite("Connecting: challenges")
struct ConnectingTests {
    private let encoder = "FMLE/3.0 (compatible; Lavf60.3.100)"

    private func stage(_ challenge: ApplicationConfiguration.Auth.Challenge) -> Stage {
        Stage {
            $0.auth.publish = .key
            $0.otherApplications.auth.challenge = challenge
        }
    }

    private func connect(
        _ stage: Stage, _ query: [(String, String)] = [], client: String? = nil, from address: String = far,
        isFromThisMachine: Bool = false
    ) async -> ConnectDecision {
        await stage.authorizer.authorizeConnect(
            ConnectWish(
                application: "live", query: query.map { (name: $0.0, value: $0.1) }, client: client ?? encoder,
                peerAddress: address, isFromThisMachine: isFromThisMachine))
    }

    /// What an encoder that knows the password answers.
    private func answer(_ asked: String, _ mode: String, user: String, password: String) -> [(String, String)] {
        var given: [String: String] = [:]
        for part in asked.split(separator: "?").last?.split(separator: "&") ?? [] {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            given[sides[0]] = sides.count > 1 ? sides[1] : ""
        }
        if mode == "adobe" {
            let h = MD5Probe.base64(user + (given["salt"] ?? "") + password)
            let opaque = given["opaque"] ?? ""
            return [
                ("authmod", "adobe"), ("user", user), ("challenge", "1a2b3c4d"),
                ("response", MD5Probe.base64(h + opaque + "1a2b3c4d")), ("opaque", opaque),
            ]
        }
        let nonce = given["nonce"] ?? ""
        let h1 = MD5Probe.hexadecimal("\(user):live:\(password)")
        let h2 = MD5Probe.hexadecimal("publish:/live/_definst_")
        return [
            ("authmod", "llnw"), ("user", user), ("nonce", nonce), ("cnonce", "1a2b3c4d"), ("nc", "00000001"),
            ("response", MD5Probe.hexadecimal("\(h1):\(nonce):00000001:1a2b3c4d:auth:\(h2)")),
        ]
    }

    @Test("an encoder proves its key, by the stream's name and by the key's user", arguments: ["adobe", "llnw"])
    func proved(mode: String) async throws {
        let stage = stage(mode == "adobe" ? .adobe : .llnw)
        let (stream, issued) = try await stage.streams.register(
            title: "Show", application: "live", name: "show", isRecorded: false)
        let second = try #require(try await stage.streams.issueKey(for: stream.id, .init(user: "ann")))
        stage.change { $0.auth.keys = [PublishKey(secret: Secret("s3"), path: stream.path)] }

        guard case .challenge(let needed) = await connect(stage) else { Issue.record("no challenge"); return }
        #expect(needed.contains("code=403 need auth; authmod=\(mode)"))
        for (user, password, isRight) in [
            ("show", issued.secret.revealed, true), ("ann", second.secret.revealed, true), ("show", "s3", true),
            ("show", second.secret.revealed, false), ("ann", issued.secret.revealed, false), ("nobody", "x", false),
            ("show", "", false),
        ] {
            guard case .challenge(let asked) = await connect(stage, [("authmod", mode), ("user", user)]) else {
                Issue.record("nothing asked")
                return
            }
            #expect(asked.contains("?reason=needauth&user=\(user)"))
            let response = answer(asked, mode, user: user, password: password)
            let decision = await connect(stage, response)
            let failed = ConnectDecision.challenge(
                "[ AccessManager.Reject ] : [ authmod=\(mode) ] : ?reason=authfailed")
            #expect(decision == (isRight ? .allow(StreamLogin(paths: [stream.path])) : failed))
            #expect(await connect(stage, response) == failed, "replayed")
            // For another address it was never good.
            guard case .challenge(let again) = await connect(stage, [("authmod", mode), ("user", user)]) else { return }
            #expect(
                await connect(stage, answer(again, mode, user: user, password: password), from: "192.0.2.99") == failed)
        }
    }

    @Test("players, who needs no key, and who has one in the URL, are not asked")
    func notAsked() async {
        let stage = stage(.adobe)
        #expect(await connect(stage, client: "LNX 9,0,124,2") == .allow(nil))
        #expect(await connect(stage, [("key", "swk_x")]) == .allow(nil))
        #expect(stage.authorizer.decidesOnConnecting(to: "live"))
        #expect(!self.stage(.off).authorizer.decidesOnConnecting(to: "live"))
        stage.change { $0.auth.publish = .local }
        #expect(await connect(stage, from: "127.0.0.1", isFromThisMachine: true) == .allow(nil))
        #expect(await connect(stage, from: "127.0.0.1") != .allow(nil))
        #expect(await connect(stage, [("authmod", "none"), ("user", "x")]) != .allow(nil))
    }

    @Test("of a thousand nonces none is good with another's seal, or for another address")
    func forgedNonces() {
        var book = ChallengeBook()
        func redeem(_ nonce: String, address: String = far) -> Bool {
            book.redeem(nonce, user: "u", address: address, seconds: 1_000)
        }
        for chance in 0..<1_000 {
            let nonce = book.make(user: "u", address: far, chance: UInt64(chance), seconds: 1_000)
            let next = book.make(user: "u", address: far, chance: UInt64(chance + 1), seconds: 1_000)
            let seal = next[(next.lastIndex(of: "-") ?? next.startIndex)...]
            let forged = nonce[..<(nonce.lastIndex(of: "-") ?? nonce.endIndex)] + seal
            #expect(!redeem(String(forged)))
            #expect(!redeem(nonce, address: "::1"))
            #expect(redeem(nonce))
        }
    }

    @Test("nonces are good once, for a minute, for whom they were made; forged ones never")
    func nonces() {
        var book = ChallengeBook()
        func redeem(_ nonce: String, user: String, address: String, seconds: UInt64) -> Bool {
            book.redeem(nonce, user: user, address: address, seconds: seconds)
        }
        let nonce = book.make(user: "u", address: far, chance: 7, seconds: 1_000)
        for forged in [
            "", "-", "--", nonce + "0", String(nonce.dropLast()), "rs-8" + nonce.dropFirst(4), "zzzzzzzzzzzzzz-1-00",
        ] {
            #expect(!redeem(forged, user: "u", address: far, seconds: 1_000))
        }
        #expect(!redeem(nonce, user: "v", address: far, seconds: 1_000))
        #expect(!redeem(nonce, user: "u", address: "::1", seconds: 1_000))
        #expect(!redeem(nonce, user: "u", address: far, seconds: 999))
        #expect(!redeem(nonce, user: "u", address: far, seconds: 1_061))
        #expect(redeem(nonce, user: "u", address: far, seconds: 1_060))
        #expect(!redeem(nonce, user: "u", address: far, seconds: 1_060))
        for chance in 0..<9_000 {
            _ = redeem(
                book.make(user: "u", address: far, chance: UInt64(chance), seconds: 2_000), user: "u", address: far,
                seconds: 2_000)
        }
        let more = book.make(user: "u", address: far, chance: 99_999, seconds: 2_001)
        #expect(!redeem(more, user: "u", address: far, seconds: 2_001), "full")
        let later = book.make(user: "u", address: far, chance: 1, seconds: 2_100)
        #expect(redeem(later, user: "u", address: far, seconds: 2_100))
    }
    @Test("the salt of who is not known has the letters and the length of everybody's, and stays")
    func falseSalts() {
        let book = ChallengeBook()
        let salts = (0..<1_000).map { book.salt(of: "user\($0)", application: "live") }
        #expect(salts == (0..<1_000).map { book.salt(of: "user\($0)", application: "live") })
        #expect(Set(salts).count == 1_000)
        #expect(book.salt(of: "user1", application: "other") != salts[1])
        let real = (0..<1_000).map { _ in SecretText.salt() }
        #expect(Set(salts.map(\.count)) == Set(real.map(\.count)))
        #expect(Set(salts.joined()) == Set(real.joined()))
        #expect(Set(salts.joined()) == Set("abcdefghijkmnpqrstuvwxyz23456789"))
    }
}
