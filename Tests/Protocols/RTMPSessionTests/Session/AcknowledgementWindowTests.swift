import Testing

@testable import RTMPSession

@Suite("Acknowledgement window (RTMP 1.0 §5.4.3)")
struct AcknowledgementWindowTests {
    @Test("half a window is acknowledged, so that no sender waits for the whole")
    func half() {
        var window = AcknowledgementWindow(size: 2_500_000, smallest: 32_768)
        #expect(window.due(at: 1_249_999) == nil)
        #expect(window.due(at: 1_250_000) == 1_250_000)
        #expect(window.due(at: 2_499_999) == nil)
        #expect(window.due(at: 2_500_000) == 2_500_000)
    }

    @Test("a tiny window does not make a storm of acknowledgements", arguments: [0, 1, 40_000] as [UInt32])
    func tiny(announced: UInt32) {
        var window = AcknowledgementWindow(size: 2_500_000, smallest: 32_768)
        window.resize(to: announced)
        #expect(window.due(at: 32_767) == nil)
        #expect(window.due(at: 32_768) == 32_768)
    }

    @Test(
        "who waits within a small window is acknowledged before it is full",
        arguments: [(1_024, 1_024), (2_048, 1_024), (16_384, 8_192), (40_000, 20_000)] as [(UInt32, UInt64)])
    func small(announced: UInt32, threshold: UInt64) {
        var window = AcknowledgementWindow(
            size: 2_500_000, smallest: RTMPLimits().smallestAcknowledgementWindow)
        window.resize(to: announced)
        #expect(window.due(at: threshold - 1) == nil)
        #expect(window.due(at: threshold) == UInt32(threshold))
    }

    @Test("the sequence number begins anew at 0xF0000000, where FMLE would stop")
    func restart() {
        var window = AcknowledgementWindow(size: 65_536, smallest: 32_768)
        #expect(window.due(at: 0xEFFF_FFFF) == 0xEFFF_FFFF)
        #expect(window.due(at: 0xF000_8000) == 0x8000)
    }
}
