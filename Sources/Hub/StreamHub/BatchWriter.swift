import MediaModel
import NIOCore

/// Writes the elements of a stream in one format, and cuts the bytes into batches.
///
/// A batch never straddles a join point, so that a viewer can start with any that begins with one.
struct BatchWriter {
    /// A batch is cut at the next element once it has this size: what a full socket leaves to be kept is a part of one
    /// batch, so this bounds the memory of a stalled viewer.
    ///
    /// 256 KiB: what is gathered in a third of a second of 6 Mb/s still goes out with one call.
    static let greatestBatch = 256 << 10

    /// The name of the format.
    let format: String
    /// What was written from the newest join point on, for event loops on which the format is wanted later; the lanes of
    /// the others hold the same bytes.
    private(set) var history: [Batch] = []
    /// Whether history is kept: as long as the stream's join cache holds the same elements, whose bounds are its own.
    private var keepsHistory = false
    private var writer: any WireWriter
    private var pending = ByteBuffer()
    private var pendingFrames = 0
    private var pendingJoinPoint: JoinPoint?
    private var pendingTimestamp: Int64 = 0
    private var finished: [Batch] = []
    private var finishedBytes = 0
    private var timestamp: Int64 = 0
    private let allocator = ByteBufferAllocator()

    init(format: any WireFormat) {
        self.format = format.name
        writer = format.makeWriter()
    }

    /// Whether there is something that `takeBatches` would give.
    var isEmpty: Bool { finished.isEmpty && pending.readableBytes == 0 && pendingJoinPoint == nil }

    /// Bytes that `takeBatches` would give.
    var waitingBytes: Int { finishedBytes + pending.readableBytes }

    /// Writes one element.
    ///
    /// `state` is what is in force with it; `joinPoint` says when a frame arrived with which viewers can start.
    mutating func append(_ element: StreamElement, joinPoint: NIODeadline?, state: StreamState) {
        switch element {
        case .frame(let frame):
            timestamp = frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
            if let joinPoint { beginJoinPoint(state, arrived: joinPoint) } else { cutIfFull() }
            reserve(frame.payload.readableBytes)
            let before = pending.readableBytes
            writer.write(frame, into: &pending)
            // A format may leave frames out, of a kind that is not wanted or a codec that it cannot name.
            if pending.readableBytes > before { pendingFrames += 1 }
        case .data(let message):
            cutIfFull()
            reserve(message.payload.readableBytes)
            writer.write(message, into: &pending)
        case .metadata, .tracks:
            cutIfFull()
            reserve(256)
            writer.writeChange(
                tracks: state.tracks, metadata: state.metadata, timestampMilliseconds: timestamp, into: &pending)
        case .discontinuity:
            break
        }
    }

    /// Takes what was written since the last call.
    mutating func takeBatches() -> [Batch] {
        cut()
        defer { (finished, finishedBytes) = ([], 0) }
        return finished
    }

    /// Lets the history go, until the next join point.
    mutating func forgetHistory() {
        keepsHistory = false
        history = []
    }

    private mutating func beginJoinPoint(_ state: StreamState, arrived: NIODeadline) {
        if pending.readableBytes == 0 { pendingTimestamp = timestamp }
        writer.prepareJoinPoint(tracks: state.tracks, arrived: arrived, into: &pending)
        cut()
        keepsHistory = true
        pendingJoinPoint = makeJoinPoint(state)
    }

    private mutating func makeJoinPoint(_ state: StreamState) -> JoinPoint {
        var opening = ByteBuffer()
        writer.writeOpening(tracks: state.tracks, into: &opening)
        var prelude = ByteBuffer()
        writer.writePrelude(
            tracks: state.tracks, metadata: state.metadata, timestampMilliseconds: timestamp, into: &prelude)
        return JoinPoint(
            opening: opening, prelude: prelude, configurationVersion: state.version, tracks: state.tracks)
    }

    private mutating func reserve(_ payload: Int) {
        if pending.readableBytes == 0 {
            pending = allocator.buffer(capacity: payload + 64)
            pendingTimestamp = timestamp
        }
    }

    private mutating func cutIfFull() {
        if pending.readableBytes >= Self.greatestBatch { cut() }
    }

    private mutating func cut() {
        // Of a join point viewers learn even where the format can carry nothing of it.
        guard pending.readableBytes > 0 || pendingJoinPoint != nil else { return }
        let batch = Batch(
            bytes: pending, frameCount: pendingFrames, joinPoint: pendingJoinPoint,
            timestampMilliseconds: pendingTimestamp)
        if pendingJoinPoint != nil { history.removeAll(keepingCapacity: true) }
        if keepsHistory { history.append(batch) }
        finished.append(batch)
        finishedBytes += batch.byteCount
        pending = ByteBuffer()
        pendingFrames = 0
        pendingJoinPoint = nil
    }
}
