import EndpointCore
import Logging
import NIOConcurrencyHelpers
import NIOCore

/// Keeps guessers waiting, and then out.
///
/// Programs on the same machine are left alone, and so are the proxies that speak for everybody: shutting them out would
/// shut out those who guess nothing.
final class GuessGuard: Sendable {
    private struct State {
        var ledger = GuessLedger()
        var waiting = 0
    }

    /// Answers that wait at the same time: 256; one more comes at once, for waiting must not cost the server more than
    /// guessing costs others.
    private static let mostWaiting = 256

    private let state = NIOLockedValueBox(State())
    private let limits: @Sendable () -> GuessLedger.Limits
    private let isTrusted: @Sendable (_ address: String) -> Bool
    private let logger: Logger

    init(
        limits: @escaping @Sendable () -> GuessLedger.Limits,
        isTrusted: @escaping @Sendable (_ address: String) -> Bool,
        logger: Logger
    ) {
        self.limits = limits
        self.isTrusted = isTrusted
        self.logger = logger
    }

    /// Whether an address is shut out.
    func isBanned(_ address: String) -> Bool {
        state.withLockedValue { $0.ledger.isBanned(address, now: .now()) }
    }

    /// Notes a wrong secret, and returns after the time that its bearer is to wait.
    func refuse(_ secret: some StringProtocol, from address: String) async {
        await refuse(all: [secret], from: address)
    }

    /// Notes the wrong secrets of one try, and returns after the time that their bearer is to wait.
    func refuse(all secrets: [some StringProtocol], from address: String) async {
        guard !PeerAddress.isLoopback(address), !isTrusted(address) else { return }
        let limits = limits()
        let (delay, isBanned, waits) = state.withLockedValue { state in
            let (delay, isBanned) = state.ledger.note(all: secrets, from: address, limits: limits, now: .now())
            let waits = delay > .zero && state.waiting < Self.mostWaiting
            state.waiting += waits ? 1 : 0
            return (delay, isBanned, waits)
        }
        if isBanned {
            logger.warning(
                "address shut out for guessing keys or tokens",
                metadata: ["peer.address": "\(address)", "duration": "\(limits.banFor.nanoseconds / 1_000_000_000) s"])
        }
        guard waits else { return }
        defer { state.withLockedValue { $0.waiting -= 1 } }
        // A task that is cancelled waits no longer: nobody waits for its answer.
        try? await Task.sleep(for: .nanoseconds(delay.nanoseconds))
    }
}
