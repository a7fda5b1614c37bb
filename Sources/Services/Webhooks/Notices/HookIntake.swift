import NIOConcurrencyHelpers

/// Where notices are laid down from any thread, until the courier takes them.
final class HookIntake: Sendable {
    /// Notices that may lie here: 20,000, some seconds of the worst storm; the disk is slower than what happens.
    static let most = 20_000
    /// So many lie here when there is no more room for connections: half of them, for anybody may connect who has shown
    /// nothing yet.
    static let mostForConnections = most / 2

    private struct State {
        var notices: [HookNotice] = []
        var lost = 0
    }

    private let state = NIOLockedValueBox(State())
    private let bell: AsyncStream<Void>.Continuation
    /// Rings when something lies here, or somebody wants the courier to look up.
    let rings: AsyncStream<Void>

    init() {
        (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func put(_ notice: HookNotice) {
        let most = notice.tellsOfConnection ? Self.mostForConnections : Self.most
        state.withLockedValue { state in
            if state.notices.count < most { state.notices.append(notice) } else { state.lost += 1 }
        }
        ring()
    }

    func ring() { bell.yield() }

    /// Nobody is called any more.
    func close() { bell.finish() }

    /// Everything that lies here, in order, and how many there was no room for.
    func take() -> (notices: [HookNotice], lost: Int) {
        state.withLockedValue { state in
            defer { state = State() }
            return (state.notices, state.lost)
        }
    }
}

extension HookNotice {
    /// Whether it says no more than that somebody has connected, or has left.
    fileprivate var tellsOfConnection: Bool {
        switch kind {
        case .connect, .disconnect: true
        default: false
        }
    }
}
