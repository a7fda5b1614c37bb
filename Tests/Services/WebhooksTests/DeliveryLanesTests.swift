import Catalogue
import NIOCore
import TestSupport
import Testing

@testable import Webhooks

@Suite("What waits for a webhook")
struct DeliveryLanesTests {
    private static let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func message(
        _ number: Int64, _ lane: String, session: String = "", bytes: Int = 10, at: Int64 = 0
    ) -> QueuedDelivery {
        QueuedDelivery(
            number: number, receiver: "a", lane: lane, session: session, createdAt: at, byteCount: bytes)
    }

    /// Lanes that an expectation can change.
    @dynamicMemberLookup
    private final class Lanes {
        private var lanes: DeliveryLanes

        init(_ limits: DeliveryLanes.Limits) { lanes = DeliveryLanes(limits: limits) }

        subscript<Value>(dynamicMember property: KeyPath<DeliveryLanes, Value>) -> Value { lanes[keyPath: property] }

        func add(_ message: QueuedDelivery) -> [Int64] { lanes.add(message) }
        func expire(now: Int64) -> [Int64] { lanes.expire(now: now) }
        func next(now: NIODeadline) -> DeliveryLanes.Dispatch? { lanes.next(now: now) }
        func delivered(_ dispatch: DeliveryLanes.Dispatch) { lanes.delivered(dispatch) }
        func failed(_ dispatch: DeliveryLanes.Dispatch, retryAt: NIODeadline) {
            lanes.failed(dispatch, retryAt: retryAt)
        }
        func retryAtOnce() { lanes.retryAtOnce() }
    }

    private func waiting(_ messages: QueuedDelivery..., atOnce: Int = 10) -> Lanes {
        let lanes = Lanes(.init(atOnce: atOnce))
        for message in messages { #expect(lanes.add(message) == []) }
        return lanes
    }

    @Test("goes in order within a stream, and at the same time for several")
    func order() throws {
        let lanes = waiting(message(1, "a"), message(2, "a"), message(3, "b"))
        let first = try #require(lanes.next(now: Self.now))
        let other = try #require(lanes.next(now: Self.now))
        #expect((first.number, other.number) == (1, 3))
        #expect(lanes.next(now: Self.now) == nil)
        lanes.delivered(first)
        #expect(lanes.next(now: Self.now)?.number == 2)
    }

    @Test("goes in order within a session, though it goes from one stream to another")
    func sessions() throws {
        let lanes = waiting(
            message(1, "session s", session: "s"), message(2, "a", session: "s"), message(3, "b", session: "s"),
            message(4, "session s", session: "s"))
        var delivered: [Int64] = []
        while let dispatch = lanes.next(now: Self.now) {
            #expect(lanes.next(now: Self.now) == nil)
            delivered.append(dispatch.number)
            lanes.delivered(dispatch)
        }
        #expect(delivered == [1, 2, 3, 4])
        #expect(lanes.count == 0 && lanes.byteCount == 0)
    }

    @Test("waits after a failure, and holds up no other stream")
    func failures() throws {
        let lanes = waiting(message(1, "a"), message(2, "a"), message(3, "b"))
        let first = try #require(lanes.next(now: Self.now))
        lanes.failed(first, retryAt: Self.now + .seconds(1))
        #expect(lanes.next(now: Self.now)?.number == 3)
        #expect(lanes.next(now: Self.now + .milliseconds(999)) == nil)
        #expect(lanes.nextDue == Self.now + .seconds(1))
        let again = try #require(lanes.next(now: Self.now + .seconds(1)))
        #expect((again.number, again.attempt) == (1, 2))
        lanes.failed(again, retryAt: Self.now + .seconds(9))
        lanes.retryAtOnce()
        #expect(lanes.next(now: Self.now + .seconds(1))?.attempt == 3)
    }

    @Test("has no more on its way than may be")
    func atOnce() throws {
        let lanes = waiting(message(1, "a"), message(2, "b"), message(3, "c"), atOnce: 2)
        let first = try #require(lanes.next(now: Self.now))
        #expect(lanes.next(now: Self.now) != nil)
        #expect(lanes.next(now: Self.now) == nil)
        lanes.failed(first, retryAt: Self.now + .seconds(60))
        #expect(lanes.next(now: Self.now)?.number == 3)
    }

    @Test("is bounded by number and bytes: the oldest give way, even on their way")
    func bounds() throws {
        let lanes = Lanes(.init(messages: 2, bytes: 100))
        #expect(lanes.add(message(1, "a")) == [])
        let onItsWay = try #require(lanes.next(now: Self.now))
        #expect(lanes.add(message(2, "a")) == [])
        #expect(lanes.add(message(3, "b")) == [1])
        #expect(lanes.next(now: Self.now)?.number == 3)
        #expect(lanes.next(now: Self.now) == nil, "the stream's order holds until the first is back")
        lanes.failed(onItsWay, retryAt: Self.now + .seconds(60))
        let second = try #require(lanes.next(now: Self.now))
        #expect((second.number, second.attempt) == (2, 1))
        #expect(lanes.add(message(4, "c", bytes: 90)) == [2])
        #expect(lanes.add(message(5, "c", bytes: 1_000)) == [3, 4, 5])
        #expect(lanes.count == 0)
    }

    @Test("what tells of connections gives way to all else: the newest to what waits, the oldest to what comes")
    func connections() throws {
        let lanes = Lanes(.init(messages: 4, bytes: 100))
        let session = DeliveryLanes.lane(ofConnection: "s")
        #expect(lanes.add(message(1, "a")) == [])
        #expect(lanes.add(message(2, session, session: "s")) == [])
        #expect(lanes.add(message(3, session, session: "s")) == [])
        #expect(lanes.add(message(4, "b", session: "s")) == [])
        #expect(lanes.add(message(5, DeliveryLanes.lane(ofConnection: "t"), session: "t")) == [5])
        #expect(lanes.add(message(6, "c")) == [2])
        #expect(lanes.add(message(7, "c")) == [3])
        #expect(lanes.add(message(8, "c")) == [1], "without any of them it is the oldest of all")
        #expect(lanes.add(message(9, session, session: "s")) == [9])
        var delivered: [Int64] = []
        while let dispatch = lanes.next(now: Self.now) {
            delivered.append(dispatch.number)
            lanes.delivered(dispatch)
        }
        #expect(delivered.sorted() == [4, 6, 7, 8])
        #expect(lanes.count == 0 && lanes.byteCount == 0)
        #expect(lanes.add(message(10, session, session: "s", bytes: 101)) == [10])
        #expect(lanes.add(message(11, session, session: "s", bytes: 90)) == [])
        #expect(lanes.add(message(12, session, session: "s", bytes: 11)) == [12])
        #expect(lanes.add(message(13, "a", bytes: 90)) == [11])
    }

    @Test("one that tells of a connection and is on its way gives way too, and comes back to nobody's harm")
    func connectionOnItsWay() throws {
        let lanes = Lanes(.init(messages: 2))
        let session = DeliveryLanes.lane(ofConnection: "s")
        #expect(lanes.add(message(1, session, session: "s")) == [])
        let connect = try #require(lanes.next(now: Self.now))
        #expect(lanes.add(message(2, "a", session: "s")) == [])
        #expect(lanes.add(message(3, "b")) == [1])
        lanes.failed(connect, retryAt: Self.now + .seconds(60))
        #expect(lanes.next(now: Self.now) != nil)
        #expect(lanes.next(now: Self.now) != nil)
        #expect(lanes.next(now: Self.now) == nil && lanes.onTheirWay == 2)
    }

    @Test("is given up when it is too old")
    func age() {
        let lanes = Lanes(.init(keepMilliseconds: 1_000))
        _ = lanes.add(message(1, "a", at: 5_000))
        _ = lanes.add(message(2, "b", at: 5_500))
        #expect(lanes.expire(now: 6_000) == [])
        #expect(lanes.expire(now: 6_001) == [1])
        #expect(lanes.oldestCreatedAt == 5_500)
    }

    @Test("keeps every order and every bound, whatever comes back in whatever order", arguments: 1...20)
    func anyOrder(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let lanes = Lanes(.init(messages: 60, atOnce: 5))
        var latest: Int64 = 0
        var now = Self.now
        var onTheirWay: [DeliveryLanes.Dispatch] = []
        var sessionsOf: [Int64: (lane: String, session: String)] = [:]
        var delivered: [Int64] = []
        var dropped: Set<Int64> = []
        for _ in 0..<3_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                latest += 1
                let number = Int.random(in: 0..<6, using: &random)
                let lane = number < 4 ? "\(number)" : DeliveryLanes.lane(ofConnection: "\(number)")
                let session = ["", "x", "y", "z"].randomElement(using: &random) ?? ""
                sessionsOf[latest] = (lane, session)
                dropped.formUnion(lanes.add(message(latest, lane, session: session)))
            case 4..<7:
                if let dispatch = lanes.next(now: now) { onTheirWay.append(dispatch) }
            case 7..<9 where !onTheirWay.isEmpty:
                let dispatch = onTheirWay.remove(at: Int.random(in: onTheirWay.indices, using: &random))
                lanes.delivered(dispatch)
                delivered.append(dispatch.number)
            case 9 where !onTheirWay.isEmpty:
                let dispatch = onTheirWay.remove(at: Int.random(in: onTheirWay.indices, using: &random))
                lanes.failed(dispatch, retryAt: now + .seconds(Int64.random(in: 0..<4, using: &random)))
            default: now = now + .seconds(1)
            }
            #expect(lanes.count <= 60 && lanes.onTheirWay <= 5 && lanes.onTheirWay == onTheirWay.count)
        }
        for dispatch in onTheirWay { lanes.delivered(dispatch) }
        delivered += onTheirWay.map(\.number)
        now = now + .seconds(100)
        while let dispatch = lanes.next(now: now) {
            lanes.delivered(dispatch)
            delivered.append(dispatch.number)
        }
        #expect(lanes.count == 0, "nothing is left behind")
        #expect(Set(delivered).union(dropped) == Set(1...latest))
        // What gave way while it was on its way may come back behind others.
        let kept = delivered.filter { !dropped.contains($0) }
        for lane in Set(sessionsOf.values.map { $0.lane }) {
            let numbers = kept.filter { sessionsOf[$0]?.lane == lane }
            #expect(numbers == numbers.sorted())
        }
        for session in ["x", "y", "z"] {
            let numbers = kept.filter { sessionsOf[$0]?.session == session }
            #expect(numbers == numbers.sorted())
        }
    }

    @Test("is tried after pauses that double up to a bound, each up to half shorter")
    func schedule() {
        let schedule = RetrySchedule(longest: .seconds(300))
        let full = (1...12).map { schedule.pause(afterFailures: $0, chance: 0).nanoseconds / 1_000_000_000 }
        #expect(full == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
        #expect(schedule.pause(afterFailures: 3, chance: 1) == .seconds(2))
        #expect(schedule.pause(afterFailures: .max, chance: .nan) > .zero)
    }
}
