import DequeModule
import NIOCore

/// The latest batches of one format, numbered without gaps from the first that ever was.
///
/// It is join cache and queue in one: a viewer is no more than a number in it.
struct BatchWindow {
    /// How much may be kept.
    struct Limits: Sendable {
        var bytes: Int
        var milliseconds: Int64
    }

    /// What a batch costs beside its bytes, so that many small ones are bounded too.
    private static let batchOverhead = 256

    private var batches: Deque<Batch> = []
    /// The number of the oldest batch that is still here.
    private(set) var start = 0
    /// The number of the newest batch where a viewer can start, if one is still here.
    private(set) var newestJoinPoint: Int?
    /// How many frames lie before the oldest batch, and before the one that comes next.
    private var framesBeforeStart = 0
    private var framesBeforeEnd = 0
    private var byteCount = 0
    /// What the next batch is held against.
    var limits: Limits

    init(limits: Limits) {
        self.limits = limits
    }

    /// The number that the next batch will have.
    var end: Int { start + batches.count }

    /// The batch of a number in `start ..< end`.
    subscript(number: Int) -> Batch { batches[number - start] }

    /// Adds a batch, and drops what the limits no longer allow to keep.
    ///
    /// - Parameter keepingHistory: whether somebody still has to read batches before the newest join point.
    mutating func append(_ batch: Batch, keepingHistory: Bool) {
        if batch.joinPoint != nil { newestJoinPoint = end }
        batches.append(batch)
        framesBeforeEnd += batch.frameCount
        byteCount += Self.cost(of: batch)
        if !keepingHistory, let newestJoinPoint {
            while start < newestJoinPoint { dropFirst() }
        }
        while let first = batches.first, batches.count > 1,
            byteCount > limits.bytes || batch.timestampMilliseconds - first.timestampMilliseconds > limits.milliseconds
        {
            dropFirst()
        }
    }

    /// Drops every batch; numbers go on.
    mutating func clear() {
        while !batches.isEmpty { dropFirst() }
    }

    /// How many frames lie before batch `number`, counted from the beginning of the window's life.
    func frames(before number: Int) -> Int {
        // So it is for nearly every viewer, and there are thousands.
        if number == end { return framesBeforeEnd }
        return batches.prefix(number - start).reduce(framesBeforeStart) { $0 + $1.frameCount }
    }

    /// What is kept with a batch.
    private static func cost(of batch: Batch) -> Int {
        batch.byteCount + batchOverhead
    }

    private mutating func dropFirst() {
        let batch = batches.removeFirst()
        framesBeforeStart += batch.frameCount
        byteCount -= Self.cost(of: batch)
        start += 1
        if let newestJoinPoint, newestJoinPoint < start { self.newestJoinPoint = nil }
    }
}
