import Catalogue
import ConfigurationReading
import EndpointCore
import Foundation
import MediaModel
import NIOCore
import Testing

@testable import Authorization

@Suite("Guessing")
struct GuessingTests {
    private let limits = GuessLedger.Limits(banAfter: 5, banFor: .minutes(1))
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test("a few mistakes are free, then answers wait longer and longer, then the address is shut out for a time")
    func escalation() {
        var ledger = GuessLedger()
        var delays: [TimeAmount] = []
        for number in 1...5 {
            let (delay, isBanned) = ledger.note("wrong\(number)", from: far, limits: limits, now: start)
            delays.append(delay)
            #expect(isBanned == (number == 5))
        }
        #expect(Array(delays.prefix(4)) == [.zero, .zero, .zero, .milliseconds(250)])
        #expect(ledger.isBanned(far, now: start))
        #expect(ledger.isBanned(far, now: start + .seconds(59)))
        #expect(!ledger.isBanned(far, now: start + .seconds(60)))
        #expect(!ledger.isBanned("192.0.2.8", now: start))
    }

    @Test("the same wrong key again is no guess")
    func repeated() {
        var ledger = GuessLedger()
        for second in 0..<1_000 {
            let (delay, isBanned) = ledger.note(
                "last year's", from: far, limits: limits, now: start + .seconds(Int64(second)))
            #expect(delay == .zero && !isBanned)
        }
    }

    @Test("mistakes are forgotten")
    func forgotten() {
        var ledger = GuessLedger()
        for number in 0..<100 {
            let now = start + .seconds(Int64(number) * 61)
            let (_, isBanned) = ledger.note("\(number)", from: far, limits: limits, now: now)
            #expect(!isBanned)
        }
    }

    @Test("an IPv6 network of one customer counts as one address")
    func networks() {
        var ledger = GuessLedger()
        for number in 1...5 {
            _ = ledger.note("\(number)", from: "2001:db8:1:2::\(number)", limits: limits, now: start)
        }
        #expect(ledger.isBanned("2001:db8:1:2:ffff::1", now: start))
        #expect(!ledger.isBanned("2001:db8:1:3::1", now: start))
    }

    @Test("the table is bounded, waiting too, and never means that nobody is shut out")
    func bounded() {
        var ledger = GuessLedger()
        for number in 0..<20_000 {
            _ = ledger.note(
                "x", from: "10.\(number / 65_536).\(number / 256 % 256).\(number % 256)", limits: limits,
                now: start + .seconds(Int64(number) / 1_000))
        }
        #expect(ledger.count <= GuessLedger.mostAddresses)
        let never = GuessLedger.Limits(banAfter: 0, banFor: .minutes(1))
        var longest = TimeAmount.zero
        for number in 0..<2_000 {
            let (delay, isBanned) = ledger.note(
                "\(number)", from: "10.99.0.1", limits: never, now: start + .seconds(30))
            #expect(!isBanned)
            longest = max(longest, delay)
        }
        #expect(longest == GuessLedger.longestDelay)
    }

    @Test("who is shut out is refused what needs a key, and nothing else")
    func shutOut() async throws {
        let stage = Stage {
            $0.auth.ban.after = 3
            $0.auth.publish = .key
            var open = ApplicationConfiguration()
            open.auth.publish = .open
            $0.applications["lab"] = open
        }
        let (stream, issued) = try await stage.streams.register(
            title: "Show", application: "live", name: nil, isRecorded: false)
        for number in 0..<3 { #expect(await stage.publish("swk_\(number)") == .deny(.keyRefused)) }
        #expect(await stage.publish("swk_4") == .deny(.tooManyAttempts))
        #expect(await stage.publish(issued.secret.revealed) == .deny(.tooManyAttempts))
        #expect(await stage.publish("show", [("key", issued.secret.revealed)]) == .deny(.tooManyAttempts))
        #expect(await stage.publish(issued.secret.revealed, from: "192.0.2.8") == .allow(stream.path))
        #expect(await stage.publish("show", in: "lab") == .allow(try .init("lab/show")))
        #expect(await stage.play("show") == .allow(stream.path))
        for number in 0..<30 { _ = await stage.publish("swk_\(number)", from: "127.0.0.1") }
        #expect(await stage.publish(issued.secret.revealed, from: "127.0.0.1") == .allow(stream.path))
    }
    /// Keys of the configuration, and an address that is shut out after three guesses.
    private func guarded() throws -> Stage {
        let key = PublishKey(secret: Secret("s3"), path: try StreamPath("live/show"))
        let foreign = PublishKey(secret: Secret("own"), path: try StreamPath("live/other"))
        return Stage {
            $0.auth.ban.after = 3
            $0.auth.publish = .key
            $0.auth.keys = [key, foreign]
            $0.auth.tokens.secret = Secret("a secret of the back end")
            var closed = ApplicationConfiguration()
            closed.auth.publishers.allowed = ["198.51.100.0/24"].compactMap { AddressRange($0) }
            $0.applications["closed"] = closed
        }
    }

    @Test(
        "a name that opens nothing counts as a guess where keys are configured, whatever stands beside it",
        arguments: [("live", nil), ("live", "wrong"), ("live", "own"), ("closed", nil)] as [(String, String?)])
    func guessedNames(application: String, beside: String?) async throws {
        let stage = try guarded()
        let query = beside.map { [("key", $0)] } ?? []
        for number in 0..<3 {
            let decision = await stage.publish("g\(number)", in: application, query)
            #expect(decision != .allow(try StreamPath("\(application)/g\(number)")))
        }
        #expect(await stage.publish("g9", in: application, query) == .deny(.tooManyAttempts))
        #expect(await stage.publish("s3", in: application) == .deny(.tooManyAttempts))
        #expect(await stage.publish("s3", from: "192.0.2.8") == .allow(try .init("live/show")))
        // Where no key is needed, nothing is guessed.
        stage.change { $0.auth.publish = .open }
        #expect(await stage.publish("show") == .allow(try .init("live/show")))
    }

    @Test("an encoder that lacks its key, on this machine or elsewhere, is told so for as long as it likes")
    func missingKey() async throws {
        let stage = try guarded()
        for _ in 0..<50 { #expect(await stage.publish("show") == .deny(.keyRequired)) }
        for number in 0..<50 {
            #expect(await stage.publish("\(number)", from: "127.0.0.1") == .deny(.keyRequired))
        }
        // Without keys in the configuration a name cannot be one.
        stage.change { $0.auth.keys = [] }
        for number in 0..<50 { #expect(await stage.publish("\(number)") == .deny(.keyRequired)) }
    }

    @Test("every wrong secret of a try counts, also beside a token that has ended")
    func besideAnEndedToken() async throws {
        let stage = try guarded()
        stage.change { $0.auth.keys = [] }
        let claims = TokenClaims(
            scopes: [.everything], actions: [.publish], expiry: .now.addingTimeInterval(-3_600))
        let ended = try await stage.tokens.signPlayback(claims).revealed
        for _ in 0..<5 { #expect(await stage.publish("show", [("token", ended)]) == .deny(.keyExpired)) }
        #expect(
            await stage.publish("show", [("token", ended), ("pass", "g1"), ("password", "g2")]) == .deny(.keyExpired))
        #expect(await stage.publish("show", [("token", ended), ("pass", "g3")]) == .deny(.keyExpired))
        #expect(await stage.publish("show", [("token", ended), ("pass", "g4")]) == .deny(.tooManyAttempts))
    }
}
