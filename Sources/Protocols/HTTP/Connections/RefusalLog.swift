import Logging
import NIOConcurrencyHelpers
import NIOCore

/// Writes why playing is refused, and does not repeat itself.
///
/// A player that is refused asks again, some many times a second, and every request of it is refused anew.
final class RefusalLog: Sendable {
    /// What is refused to whom, and why.
    struct Refusal: Hashable {
        /// The stream's path; `nil` where the name is none, or a secret.
        var stream: String?
        /// The numeric address of whoever asks.
        var peerAddress: String
        /// By which protocol, such as `hls`.
        var protocolName: String
        /// The words that the peer is told.
        var reason: String
    }

    /// For how long the same is not told again: 10 s, in which an operator who watches has seen it.
    static let pause = TimeAmount.seconds(10)
    /// Refusals that are told in this time, and kept to know them again: 1,024.
    ///
    /// Who invents names or addresses to be refused under fills neither the log nor the memory.
    static let most = 1_024

    private struct State {
        var told: Set<Refusal> = []
        var endsAt = NIODeadline.distantPast
    }

    private let logger: Logger
    private let state = NIOLockedValueBox(State())

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// Writes a line, unless there was one like it just now.
    func note(_ refusal: Refusal, now: NIODeadline = .now()) {
        guard logger.logLevel <= .info, isNews(refusal, now) else { return }
        var facts: Logger.Metadata = [
            "peer.address": "\(refusal.peerAddress)", "protocol": "\(refusal.protocolName)",
            "reason": "\(refusal.reason)",
        ]
        if let stream = refusal.stream { facts["stream.path"] = "\(stream)" }
        logger.info("play refused", metadata: facts)
    }

    private func isNews(_ refusal: Refusal, _ now: NIODeadline) -> Bool {
        state.withLockedValue { state in
            if now >= state.endsAt { state = State(endsAt: now + Self.pause) }
            return state.told.count < Self.most && state.told.insert(refusal).inserted
        }
    }
}
