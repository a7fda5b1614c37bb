import EndpointCore
import NIOCore

/// Who has presented wrong secrets, how many, and what is to be done about it.
///
/// The same wrong secret again is no guess: an encoder with a key of last year tries it every two seconds, and a site must
/// not be shut out for that. What is counted are different ones, from one IPv4 address or one IPv6 network of 64 bits, which
/// is what one customer has.
struct GuessLedger: Sendable {
    /// When an address is shut out, and for how long.
    struct Limits: Sendable, Equatable {
        /// Different wrong secrets after which an address is shut out; 0 for never.
        var banAfter = 20
        /// How long it is shut out, and how long a wrong secret is remembered.
        var banFor = TimeAmount.minutes(10)
    }

    /// Addresses that are remembered: 4,096, at most half a megabyte.
    ///
    /// Those that were quiet for longest give way.
    static let mostAddresses = 4_096
    /// Wrong secrets that are free: 3, for mistakes in typing.
    static let free = 3
    /// How long an answer waits after the first that is not free; each further one doubles it.
    static let firstDelay = TimeAmount.milliseconds(250)
    /// The longest that an answer waits: 4 s, less than clients' patience.
    static let longestDelay = TimeAmount.seconds(4)

    private struct Entry {
        var wrong: [Int] = []
        var lastAt: NIODeadline
        var bannedUntil: NIODeadline?
    }

    private var entries: [Source: Entry] = [:]

    /// How many addresses are remembered.
    var count: Int { entries.count }

    /// Whether an address is shut out.
    func isBanned(_ address: String, now: NIODeadline) -> Bool {
        guard !entries.isEmpty, let until = entries[Source(address)]?.bannedUntil else { return false }
        return now < until
    }

    /// Notes a wrong secret.
    ///
    /// - Returns: how long the answer should wait, and whether the address is shut out by this.
    mutating func note(
        _ secret: some StringProtocol, from address: String, limits: Limits, now: NIODeadline
    ) -> (delay: TimeAmount, isBanned: Bool) {
        let source = Source(address)
        if entries[source] == nil, entries.count >= Self.mostAddresses { makeRoom() }
        var entry = entries[source] ?? Entry(lastAt: now)
        if now - entry.lastAt > limits.banFor { entry = Entry(lastAt: now) }
        entry.lastAt = now
        let mark = String(secret).hashValue
        if !entry.wrong.contains(mark) { entry.wrong.append(mark) }
        var isBanned = false
        if limits.banAfter > 0, entry.wrong.count >= limits.banAfter {
            entry.bannedUntil = now + limits.banFor
            entry.wrong = []
            isBanned = true
        } else if entry.wrong.count > Self.mostMarks {
            entry.wrong.removeFirst()
        }
        let excess = entry.wrong.count - Self.free
        entries[source] = entry
        guard excess > 0 else { return (.zero, isBanned) }
        return (min(Self.longestDelay, Self.firstDelay * (1 << min(excess - 1, 10))), isBanned)
    }

    /// Notes the wrong secrets of one try.
    ///
    /// - Returns: how long the answer should wait, and whether the address is shut out by one of them.
    mutating func note(
        all secrets: [some StringProtocol], from address: String, limits: Limits, now: NIODeadline
    ) -> (delay: TimeAmount, isBanned: Bool) {
        var outcome = (delay: TimeAmount.zero, isBanned: false)
        for secret in secrets {
            let (delay, isBanned) = note(secret, from: address, limits: limits, now: now)
            outcome = (max(outcome.delay, delay), outcome.isBanned || isBanned)
        }
        return outcome
    }

    /// Wrong secrets remembered of one address where nobody is shut out.
    private static let mostMarks = 1_000

    private mutating func makeRoom() {
        // An eighth at a time, so that a crowd of addresses does not make each of them search.
        let oldest = entries.sorted { $0.value.lastAt < $1.value.lastAt }.prefix(Self.mostAddresses / 8)
        for (source, _) in oldest { entries[source] = nil }
    }
}

extension GuessLedger {
    /// Whom guesses are laid to: an IPv4 address, or the first half of an IPv6 address.
    private struct Source: Hashable {
        private let text: String

        init(_ address: String) {
            guard address.contains(":"), let network = AddressRange("\(address)/64") else {
                text = address
                return
            }
            text = network.description
        }
    }
}
