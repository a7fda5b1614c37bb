import EndpointCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Milliseconds of dates")
struct DateMillisecondsTests {
    @Test("come back as they were", arguments: [0, -1, 1, 249, 1_790_000_000_001, 1_790_000_000_999] as [Int64])
    func roundTrip(milliseconds: Int64) {
        #expect(Date(millisecondsSince1970: milliseconds).millisecondsSince1970 == milliseconds)
    }

    @Test("end where numbers do")
    func bounds() {
        #expect(Date(timeIntervalSince1970: 1e300).millisecondsSince1970 == .max)
        #expect(Date(timeIntervalSince1970: -1e300).millisecondsSince1970 == .min)
    }
}
