import Catalogue
import DequeModule
import NIOCore

/// What waits for one receiver, and in which order it may go.
///
/// A value without a clock. Messages of one lane go one after the other, and so do messages that tell of one session;
/// lanes wait for each other only where a session goes from one to another. A message that failed holds up its lane and
/// no other. Where there are too many, those go first that tell of connections alone, which anybody may bring about who
/// has shown nothing yet.
struct DeliveryLanes: Sendable {
    /// How much may wait.
    struct Limits: Sendable, Equatable {
        var messages = 10_000
        var bytes = 16 << 20
        var keepMilliseconds: Int64 = 86_400_000
        var atOnce = 4
    }

    /// A message on its way.
    struct Dispatch: Sendable, Equatable {
        let number: Int64
        let lane: String
        /// Counts from 1.
        let attempt: Int
    }

    private struct Lane {
        var messages: Deque<QueuedDelivery> = []
        var failures = 0
        var isOnItsWay = false
    }

    private struct Waiting {
        let lane: String
        let session: String
        let byteCount: Int
        let createdAt: Int64
        /// The message of the same session that must go before it, and the one that must go after it.
        var previous: Int64?
        var next: Int64?
    }

    var limits: Limits
    private var lanes: [String: Lane] = [:]
    /// All that waits, by number.
    private var waiting: [Int64: Waiting] = [:]
    /// In the order in which they came; some are gone already.
    private var order: Deque<Int64> = []
    /// Those among them that tell of connections alone.
    private var connections: Deque<Int64> = []
    /// Lanes whose first message may go, or waits for a session.
    private var ready: Deque<String> = []
    /// Lanes whose first message failed, and when it is tried again.
    private var pausing: [String: NIODeadline] = [:]
    private var earliestPause: NIODeadline?
    /// Lanes that wait for a message of another lane, by its number.
    private var held: [Int64: [String]] = [:]
    /// The latest message of each session, while it waits.
    private var latest: [String: Int64] = [:]

    private(set) var onTheirWay = 0
    private(set) var byteCount = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many messages wait, those on their way among them.
    var count: Int { waiting.count }

    /// When a pause ends, where one is going on.
    var nextDue: NIODeadline? { earliestPause }

    /// When the oldest came, in milliseconds since 1970.
    var oldestCreatedAt: Int64? { order.lazy.compactMap { waiting[$0]?.createdAt }.first }

    // MARK: Coming

    /// The lane of what concerns a session and no stream: that it has connected, and has left.
    static func lane(ofConnection session: String) -> String { connectionPrefix + session }

    /// No stream's path has a space.
    private static let connectionPrefix = "session "

    /// Takes in a message.
    ///
    /// - Returns: the numbers of those that gave way, where there are too many: the message itself, if it tells of a
    ///   connection, otherwise the oldest of those, and where there are none the oldest of all.
    mutating func add(_ message: QueuedDelivery) -> [Int64] {
        let isOfConnection = message.lane.hasPrefix(Self.connectionPrefix)
        if isOfConnection, waiting.count >= limits.messages || message.byteCount > limits.bytes - byteCount {
            return [message.number]
        }
        let previous = message.session.isEmpty ? nil : latest[message.session].flatMap { waiting[$0] == nil ? nil : $0 }
        if let previous { waiting[previous]?.next = message.number }
        waiting[message.number] = Waiting(
            lane: message.lane, session: message.session, byteCount: message.byteCount, createdAt: message.createdAt,
            previous: previous)
        order.append(message.number)
        if isOfConnection { connections.append(message.number) }
        byteCount += message.byteCount
        if !message.session.isEmpty { latest[message.session] = message.number }
        lanes[message.lane, default: Lane()].messages.append(message)
        if lanes[message.lane]?.messages.count == 1 { ready.append(message.lane) }
        var dropped: [Int64] = []
        while waiting.count > limits.messages || byteCount > limits.bytes, let number = giveWay() {
            dropped.append(number)
        }
        return dropped
    }

    /// Gives up what is too old by `now`, in milliseconds since 1970.
    mutating func expire(now: Int64) -> [Int64] {
        var dropped: [Int64] = []
        while let created = oldestCreatedAt, now - created > limits.keepMilliseconds, let oldest = dropOldest() {
            dropped.append(oldest)
        }
        return dropped
    }

    // MARK: Going

    /// The next message that may go; it is on its way from then on.
    mutating func next(now: NIODeadline) -> Dispatch? {
        if let earliestPause, earliestPause <= now { endPauses(now: now) }
        while onTheirWay < limits.atOnce, let name = ready.popFirst() {
            guard let lane = lanes[name], !lane.isOnItsWay, pausing[name] == nil, let first = lane.messages.first else {
                continue
            }
            if let previous = waiting[first.number]?.previous {
                // Of its own lane it is not: that one would be first.
                held[previous, default: []].append(name)
                continue
            }
            lanes[name]?.isOnItsWay = true
            onTheirWay += 1
            return Dispatch(number: first.number, lane: name, attempt: lane.failures + 1)
        }
        return nil
    }

    /// A message has arrived, or there is nothing of it to send.
    mutating func delivered(_ dispatch: Dispatch) {
        guard arrives(dispatch) else { return }
        lanes[dispatch.lane]?.failures = 0
        if lanes[dispatch.lane]?.messages.first?.number == dispatch.number {
            lanes[dispatch.lane]?.messages.removeFirst()
            forget(dispatch.number)
        }
        resume(dispatch.lane)
    }

    /// A message has not arrived; it is tried again at `retryAt`.
    mutating func failed(_ dispatch: Dispatch, retryAt: NIODeadline) {
        guard arrives(dispatch) else { return }
        guard lanes[dispatch.lane]?.messages.first?.number == dispatch.number else {
            // It gave way in the meantime, and whoever comes next has not failed.
            lanes[dispatch.lane]?.failures = 0
            return resume(dispatch.lane)
        }
        lanes[dispatch.lane]?.failures = dispatch.attempt
        pausing[dispatch.lane] = retryAt
        earliestPause = min(earliestPause ?? retryAt, retryAt)
    }

    /// Ends all pauses: whoever failed can be reached again.
    mutating func retryAtOnce() {
        for name in pausing.keys { ready.append(name) }
        pausing = [:]
        earliestPause = nil
    }

    /// Every number that waits.
    var numbers: [Int64] { Array(waiting.keys) }

    // MARK: Order

    private mutating func arrives(_ dispatch: Dispatch) -> Bool {
        // Another is not of this run of the queue.
        guard lanes[dispatch.lane]?.isOnItsWay == true else { return false }
        onTheirWay -= 1
        lanes[dispatch.lane]?.isOnItsWay = false
        return true
    }

    private mutating func resume(_ name: String) {
        if lanes[name]?.messages.isEmpty == true {
            lanes[name] = nil
        } else {
            ready.append(name)
        }
    }

    private mutating func endPauses(now: NIODeadline) {
        for (name, deadline) in pausing where deadline <= now {
            pausing[name] = nil
            ready.append(name)
        }
        earliestPause = pausing.values.min()
    }

    private mutating func giveWay() -> Int64? {
        while let number = connections.popFirst() {
            guard waiting[number] != nil else { continue }
            drop(number)
            return number
        }
        return dropOldest()
    }

    private mutating func dropOldest() -> Int64? {
        while let number = order.popFirst() {
            guard waiting[number] != nil else { continue }
            drop(number)
            return number
        }
        return nil
    }

    /// Drops the oldest of all, or of those that tell of connections, whose lanes are their own: the first of its lane.
    private mutating func drop(_ number: Int64) {
        guard let entry = waiting[number] else { return }
        if lanes[entry.lane]?.messages.first?.number == number { lanes[entry.lane]?.messages.removeFirst() }
        forget(number)
        if pausing.removeValue(forKey: entry.lane) != nil {
            lanes[entry.lane]?.failures = 0
            earliestPause = pausing.values.min()
        }
        // While one is on its way, whoever brings it back goes on with the lane.
        if lanes[entry.lane]?.isOnItsWay == false { resume(entry.lane) }
    }

    private mutating func forget(_ number: Int64) {
        guard let entry = waiting.removeValue(forKey: number) else { return }
        byteCount -= entry.byteCount
        // It may have been in the middle of its session.
        if let next = entry.next { waiting[next]?.previous = entry.previous }
        if let previous = entry.previous { waiting[previous]?.next = entry.next }
        if latest[entry.session] == number { latest[entry.session] = entry.previous }
        ready += held.removeValue(forKey: number) ?? []
        trimOrder()
    }

    /// Keeps what is gone already from piling up, behind one that stays for long too.
    private mutating func trimOrder() {
        while let first = order.first, waiting[first] == nil { order.removeFirst() }
        if order.count > 2 * waiting.count + 64 { order = Deque(order.filter { waiting[$0] != nil }) }
        while let first = connections.first, waiting[first] == nil { connections.removeFirst() }
        if connections.count > 2 * waiting.count + 64 {
            connections = Deque(connections.filter { waiting[$0] != nil })
        }
    }
}
