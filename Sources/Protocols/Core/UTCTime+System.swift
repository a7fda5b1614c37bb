public import TextCoding

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension UTCTime {
    /// What the system's clock says, to the whole millisecond before it.
    public static func now() -> UTCTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UTCTime(millisecondsSince1970: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Makes a time of a date, to the nearest millisecond.
    public init(_ date: Date) {
        self.init(millisecondsSince1970: date.millisecondsSince1970)
    }
}
