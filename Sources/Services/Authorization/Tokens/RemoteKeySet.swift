public import ConfigurationReading
import Logging
import Metrics
public import NIOCore

/// Fetches key sets from where services publish them.
public protocol KeySetSource: Sendable {
    /// What is at an address, whatever it is.
    ///
    /// - Parameters:
    ///   - limit: after which nobody waits any longer.
    ///   - mostBytes: more than that are not read.
    func keySet(at url: HookURL, limit: TimeAmount, mostBytes: Int) async throws(KeySetFault) -> [UInt8]
}

/// Why a key set cannot be had.
public struct KeySetFault: Error, Sendable, Equatable {
    /// In words for the log.
    public let reason: String

    /// Makes a fault.
    public init(_ reason: String) {
        self.reason = reason
    }
}

/// A key set that is published at an address: fetched, kept, and fetched again now and then.
///
/// What was fetched last holds until something better has come, for however long that is.
actor RemoteKeySet {
    /// How long an answer may take: 5 s, half of what a wish to play may wait.
    static let timeLimit = TimeAmount.seconds(5)
    /// The least time between two fetches: 10 s, so that tokens of made-up keys do not set the server on anybody.
    static let leastPause = Duration.seconds(10)
    /// How long after a failure the next try is made, at the most: 30 s.
    static let pauseAfterFailure = Duration.seconds(30)

    /// What is known of the set.
    struct State: Sendable, Equatable {
        /// Counts the sets that differed from the one before; 0 before the first has come.
        var generation = 0
        /// Whether the latest fetch brought nothing, or there was none yet.
        var isInDoubt = true
    }

    nonisolated let url: HookURL
    private let source: any KeySetSource
    private let leastPause: Duration
    private let logger: Logger

    private(set) var state = State()
    private(set) var keys: [VerificationKey] = []
    /// The keys with the count of their set, of one moment: asked for one after the other they may not belong together.
    var published: (keys: [VerificationKey], generation: Int) { (keys, state.generation) }
    private var bytes: [UInt8] = []
    private var triedAt: ContinuousClock.Instant?
    private var fetching: Task<Void, Never>?
    private var hasFailed = false

    init(
        at url: HookURL, source: any KeySetSource, leastPause: Duration = RemoteKeySet.leastPause, logger: Logger
    ) {
        self.url = url
        self.source = source
        self.leastPause = leastPause
        self.logger = logger
    }

    /// Sees to it that there are keys, if there can be any.
    func prepare() async {
        if state.generation == 0 { await fetch() }
    }

    /// Fetches the set where that was not done for so long, or failed a while ago.
    func refresh(after interval: Duration) async {
        let due = hasFailed ? min(interval, Self.pauseAfterFailure) : interval
        guard triedAt.map({ ContinuousClock.now - $0 >= due }) ?? true else { return }
        await fetch()
    }

    /// Fetches the set because of a key that is not in it, unless it was fetched just now.
    func lookAgain() async {
        await fetch()
    }

    /// One at a time, whoever wants it, and not too often.
    private func fetch() async {
        if let fetching { return await fetching.value }
        if let triedAt, ContinuousClock.now - triedAt < leastPause { return }
        triedAt = .now
        // In a task of its own: what was begun comes to its end though whoever wanted it is gone.
        let task = Task { await exchange() }
        fetching = task
        await task.value
    }

    private func exchange() async {
        defer { fetching = nil }
        let new: [UInt8]
        do throws(KeySetFault) {
            new = try await source.keySet(at: url, limit: Self.timeLimit, mostBytes: JSONWebKeySet.longest)
        } catch {
            return fail(error.reason)
        }
        guard let set = JSONWebKeySet(new) else { return fail("what is there is no JSON Web Key Set") }
        if hasFailed { logger.notice("key set fetched again", metadata: ["url": "\(url)"]) }
        hasFailed = false
        state.isInDoubt = false
        let isNew = state.generation == 0 || new != bytes
        count(isNew ? "changed" : "unchanged")
        guard isNew else { return }
        (bytes, keys) = (new, set.keys)
        state.generation += 1
        logger.log(
            // A service that withdraws all its keys says so in this way.
            level: keys.isEmpty ? .warning : .info, "key set fetched",
            metadata: ["url": "\(url)", "keys": "\(keys.count)"])
    }

    private func fail(_ reason: String) {
        count("failure")
        state.isInDoubt = true
        guard !hasFailed else { return }
        hasFailed = true
        let holds = state.generation == 0 ? "none" : "those of before"
        logger.error(
            "key set cannot be fetched",
            metadata: ["url": "\(url)", "reason": "\(reason)", "keys in force": "\(holds)"])
    }

    private func count(_ outcome: String) {
        Counter(label: "swiftwater_key_set_fetches_total", dimensions: [("outcome", outcome)]).increment()
    }
}
