import RTMPSession
import Testing

@Suite("Acknowledgements")
struct AcknowledgementWindowTests {
    @Test("nothing is due before the peer announces a window")
    func silence() {
        var window = AcknowledgementWindow()
        #expect(window.due(bytesReceived: .max) == nil)
    }

    @Test("one is due each half window")
    func halves() {
        var window = AcknowledgementWindow()
        window.announce(2_500_000)
        #expect(window.due(bytesReceived: 1_249_999) == nil)
        #expect(window.due(bytesReceived: 1_250_000) == 1_250_000)
        #expect(window.due(bytesReceived: 1_250_001) == nil)
        #expect(window.due(bytesReceived: 3_000_000) == 3_000_000)
    }

    @Test("tiny windows make no storm of acknowledgements", arguments: [0, 1, 2, 32_768] as [UInt32])
    func tiny(bytes: UInt32) {
        var window = AcknowledgementWindow()
        window.announce(bytes)
        var count = 0
        for received in 1...100_000 as ClosedRange<UInt64> where window.due(bytesReceived: received) != nil {
            count += 1
        }
        #expect(count == 6)
        var limits = RTMPLimits()
        limits.smallestAcknowledgementWindow = 0
        var unlimited = AcknowledgementWindow(limits: limits)
        unlimited.announce(0)
        #expect(unlimited.due(bytesReceived: 0) == nil)
        #expect(unlimited.due(bytesReceived: 1) == 1)
    }

    @Test("the largest window is fine, and sequence numbers start over before 2^32")
    func large() {
        var window = AcknowledgementWindow()
        window.announce(.max)
        #expect(window.due(bytesReceived: 0x7FFF_FFFE) == nil)
        #expect(window.due(bytesReceived: 0x7FFF_FFFF) == 0x7FFF_FFFF)
        #expect(window.due(bytesReceived: 0xF000_0001) == nil)
        #expect(window.due(bytesReceived: 0x1_0000_0000) == 0x1000_0000)
    }
}
