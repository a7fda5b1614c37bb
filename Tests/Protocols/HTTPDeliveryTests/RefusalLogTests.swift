import NIOCore
import Testing

@testable import HTTPDelivery

@Suite("The log of refusals")
struct RefusalLogTests {
    private let log = RecordedLines()
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func refusal(_ stream: String? = "live/show", from address: String = "192.0.2.1") -> RefusalLog.Refusal {
        RefusalLog.Refusal(
            stream: stream, peerAddress: address, protocolName: "hls", reason: "watching needs a token")
    }

    @Test("tells who is refused what, and why")
    func line() {
        let refusals = RefusalLog(log.logger)
        refusals.note(refusal(), now: start)
        refusals.note(refusal(nil), now: start)
        let facts = "peer.address=192.0.2.1 protocol=hls reason=watching needs a token"
        #expect(log.lines == ["info play refused \(facts) stream.path=live/show", "info play refused \(facts)"])
    }

    @Test("does not repeat itself before its pause is over, whatever else it tells")
    func repetition() {
        let refusals = RefusalLog(log.logger)
        for round in 0..<100 {
            let now = start + TimeAmount.milliseconds(99 * Int64(round))
            refusals.note(refusal(), now: now)
            refusals.note(refusal(from: "192.0.2.2"), now: now)
        }
        #expect(log.lines.count == 2)
        refusals.note(refusal(), now: start + RefusalLog.pause)
        #expect(log.lines.count == 3)
    }

    @Test("is not filled by names that somebody invents")
    func invented() {
        let refusals = RefusalLog(log.logger)
        for number in 0..<10_000 { refusals.note(refusal("live/\(number)"), now: start) }
        #expect(log.lines.count == RefusalLog.most)
        refusals.note(refusal(), now: start + RefusalLog.pause)
        #expect(log.lines.count == RefusalLog.most + 1)
    }
}
