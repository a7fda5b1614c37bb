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

    private let bytesLimit: Int
    private let millisecondsLimit: Int64
    private(set) var entries: [Entry] = []
    private var byteCount = 0
    private var startMilliseconds: Int64 = 0

    init(_ settings: StreamSettings.JoinCache?) {
        bytesLimit = settings?.bytes ?? 0
        millisecondsLimit = (settings?.duration.nanoseconds ?? 0) / 1_000_000
    }

    mutating func append(_ element: StreamElement, isJoinPoint: Bool) {
        let time: Int64
        let size: Int
        switch element {
        case .frame(let frame):
            time = frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
            size = frame.payload.readableBytes
        case .data(let message):
            time = message.timestampMilliseconds
            size = message.payload.readableBytes
        case .tracks, .metadata, .discontinuity:
            // What is in force at the join point is told apart from the cache; a change inside it stays in order.
            if !entries.isEmpty { entries.append(Entry(element: element, isJoinPoint: false)) }
            return
        }
        if isJoinPoint {
            clear()
            startMilliseconds = time
        } else if entries.isEmpty {
            return
        }
        byteCount += size
        guard byteCount <= bytesLimit, time - startMilliseconds <= millisecondsLimit else {
            clear()
            return
        }
        entries.append(Entry(element: element, isJoinPoint: isJoinPoint))
    }

    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
        byteCount = 0
    }
}
