import Testing

@testable import HTTPDelivery

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The time of day")
struct WallClockTests {
    @Test(
        "it is written as HTTP wants it",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
        ])
    func httpDate(seconds: Int, expected: String) {
        #expect(WallClock.httpDate(Date(timeIntervalSince1970: Double(seconds))) == expected)
    }
}
