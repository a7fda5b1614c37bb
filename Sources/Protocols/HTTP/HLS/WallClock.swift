import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The time of day, for program dates and for names that must differ from run to run.
enum WallClock {
    /// Milliseconds since the beginning of 1970, UTC.
    static func milliseconds() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1_000)
    }

    /// The time of day at a moment of this run.
    static func milliseconds(at moment: NIODeadline) -> Int64 {
        milliseconds() - (NIODeadline.now() - moment).nanoseconds / 1_000_000
    }
}
