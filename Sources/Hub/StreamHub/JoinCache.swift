import MediaModel
import NIOCore

/// The elements since the newest join point, bounded in bytes and in media time.
///
/// A group of pictures that breaks a bound is let go whole: half of it would help nobody.
struct JoinCache {
    /// An element, and whether a viewer can start there.
    struct Entry: Sendable {
        let element: StreamElement
        let isJoinPoint: Bool
    }

    /// What an element costs beside its payload, so that many small ones are bounded too.
    private static let elementOverhead = 256

    private var bytesLimit = 0
    private var millisecondsLimit: Int64 = 0
    private(set) var entries: [Entry] = []
    private var byteCount = 0
    private var startMilliseconds: Int64 = 0

    init(_ settings: StreamSettings.JoinCache?) {
        setLimits(settings)
    }

    /// Sets other limits, which the next element is held against.
    mutating func setLimits(_ settings: StreamSettings.JoinCache?) {
        bytesLimit = settings?.bytes ?? 0
        millisecondsLimit = (settings?.duration.nanoseconds ?? 0) / 1_000_000
    }

    mutating func append(_ element: StreamElement, isJoinPoint: Bool) {
        if isJoinPoint {
            clear()
            startMilliseconds = Self.time(of: element) ?? 0
        } else if entries.isEmpty {
            // What is in force at the join point is told apart from the cache.
            return
        }
        byteCount += element.byteCount + Self.elementOverhead
        let elapsed = Self.time(of: element).map { $0 - startMilliseconds } ?? 0
        guard byteCount <= bytesLimit, elapsed <= millisecondsLimit else { return clear() }
        entries.append(Entry(element: element, isJoinPoint: isJoinPoint))
    }

    private static func time(of element: StreamElement) -> Int64? {
        switch element {
        case .frame(let frame): frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
        case .data(let message): message.timestampMilliseconds
        case .tracks, .metadata, .discontinuity: nil
        }
    }

    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
        byteCount = 0
    }
}
