import NIOCore

/// One viewer of a live stream: a cursor into its lane's window, with no queue of its own.
///
/// It lives on one event loop, and every call is made there. Whatever the viewer's connection does, it costs this object
/// and what the sink holds of a single batch.
public final class Viewer {
    /// What a viewer received and missed.
    public struct Tally: Sendable {
        /// Frames handed to the sink, or sent past it.
        public var frames = 0
        /// Frames that the viewer was too slow for.
        public var lostFrames = 0
    }

    /// What this viewer received and missed so far.
    public var tally: Tally {
        var tally = settled
        tally.frames += framesOnDirectPath
        return tally
    }

    /// Without what the direct path has taken since it was entered.
    private var settled = Tally()
    let sink: any ViewerSink
    private let release: (Viewer) -> Void
    /// Held until the viewer leaves: a weak reference would cost more than all else that a delivery does here.
    private var lane: Lane?
    private var isDetached = false

    /// The number of the next batch; `nil` while waiting for a place to start.
    private var cursor: Int?
    /// A start before this number would show the viewer what it has seen, or was asked not to show.
    private var earliestStart = 0
    private var hasStarted = false
    /// The configuration that the viewer's decoder knows.
    private var configurationVersion = -1
    /// Frames of the lane that are behind the viewer; the measure of what a skip loses.
    private var framesBehind: Int?
    private var isPaused = false
    /// How the stream ended, while some of what came before still waits for the sink.
    private var pendingEnding: StreamEnding?
    /// Since when the sink has taken nothing.
    private var stalledSince: NIODeadline?
    /// Whether the lane sends what comes, and knows the number of the next batch; the cursor stands still.
    private var isOnDirectPath = false

    init(sink: any ViewerSink, release: @escaping (Viewer) -> Void) {
        self.sink = sink
        self.release = release
    }

    /// The place in the lane's list of viewers, so that leaving costs the same for any number of them.
    var slot = 0

    /// How far the viewer is behind the newest batch, in milliseconds of media time; `nil` while it waits for a place to
    /// start.
    public var lagMilliseconds: Int64? {
        guard let lane, hasStarted else { return nil }
        if isOnDirectPath { return 0 }
        guard let cursor else { return nil }
        // A viewer that pauses stays where it is while the stream's end clears the window.
        guard cursor < lane.window.end, lane.window.start < lane.window.end else { return 0 }
        let oldest = max(cursor, lane.window.start)
        return lane.window[lane.window.end - 1].timestampMilliseconds - lane.window[oldest].timestampMilliseconds
    }

    /// How far the viewer has come in the stream, in milliseconds of its timeline; `nil` while it waits for a place to start.
    public var timestampMilliseconds: Int64? {
        guard let lane, let lagMilliseconds, lane.window.end > lane.window.start else { return nil }
        return lane.window[lane.window.end - 1].timestampMilliseconds - lagMilliseconds
    }

    /// Since when the sink has taken nothing of what is kept for it.
    var awaitedSince: NIODeadline? { isPaused ? nil : stalledSince }

    /// Whether the sink takes nothing at the moment.
    public var isStalled: Bool { stalledSince != nil }

    // MARK: What the connection calls

    /// The sink has sent everything it held.
    public func drained() {
        guard stalledSince != nil else { return }
        stalledSince = nil
        if !isPaused { lane?.viewerRecovered() }
        advance()
    }

    /// Stops or resumes delivery.
    ///
    /// A resumed viewer starts at the newest sync frame that it has not seen; what it missed is no loss.
    public func setPaused(_ paused: Bool) {
        guard paused != isPaused else { return }
        leaveDirectPath()
        isPaused = paused
        if stalledSince != nil, let lane {
            // Who pauses need not read, and no history is kept for it.
            stalledSince = lane.eventLoop.now
            if paused { lane.viewerRecovered() } else { lane.viewerStalled() }
        }
        if paused, let pendingEnding {
            self.pendingEnding = nil
            sink.streamEnded(pendingEnding)
        }
        if !paused {
            startAnew()
            advance()
        }
    }

    /// Hands bytes to the sink again, until it has taken everything and shows a direct path.
    public func leaveDirectPath() {
        guard isOnDirectPath, let lane, let next = lane.nextOnDirectPath(of: self) else { return }
        settled.frames += framesOnDirectPath
        framesBehind = lane.window.frames(before: next)
        cursor = next
        isOnDirectPath = false
        lane.unseat(self)
        // What is overlooked here makes the next start repeat a configuration, never leave one out.
        if let number = lane.window.newestJoinPoint, number < next, let joinPoint = lane.window[number].joinPoint {
            configurationVersion = joinPoint.configurationVersion
        }
    }

    /// Leaves the stream.
    ///
    /// Nothing is delivered afterwards.
    public func detach() {
        guard !isDetached else { return }
        isDetached = true
        leaveLane()
        release(self)
    }

    // MARK: What the lane calls

    /// Takes a place in a lane, at the newest sync frame there or, without join cache, at the next to come.
    func enter(_ lane: Lane) {
        guard !isDetached else { return }
        self.lane = lane
        lane.add(self)
        earliestStart = lane.joinsFromPast ? 0 : lane.window.end
        if lane.isLive { becomeLive() }
    }

    func becomeLive() {
        guard !isDetached else { return }
        // Who has not come to the end of the last broadcast goes on into the next.
        pendingEnding = nil
        sink.streamStarted()
        advance()
    }

    /// Tells the sink of the end, once it has what came before.
    func end(_ ending: StreamEnding) {
        guard !isDetached else { return }
        if let lane, let cursor, cursor < lane.window.end, stalledSince != nil, !isPaused {
            pendingEnding = ending
        } else {
            sink.streamEnded(ending)
        }
    }

    /// Sends whatever the sink takes of what lies ahead.
    func advance() {
        guard let lane, !isOnDirectPath, stalledSince == nil, !isPaused, !isDetached else { return }
        if let cursor, cursor < lane.window.start { self.cursor = nil }
        if cursor != nil || start(in: lane) { sendAhead(of: lane) }
        enterDirectPath(in: lane)
        guard let pendingEnding, stalledSince == nil, !isDetached else { return }
        self.pendingEnding = nil
        if cursor == nil { countLosses(before: lane.window.end, in: lane) }
        sink.streamEnded(pendingEnding)
    }

    private func sendAhead(of lane: Lane) {
        while let number = cursor, number < lane.window.end, stalledSince == nil, !isDetached {
            let batch = lane.window[number]
            pass(batch, number, in: lane)
            send(batch.bytes)
        }
    }

    /// Notes that the batch of a number goes out.
    private func pass(_ batch: Batch, _ number: Int, in lane: Lane) {
        cursor = number + 1
        framesBehind = (framesBehind ?? 0) + batch.frameCount
        settled.frames += batch.frameCount
        lane.deliveredFrames += batch.frameCount
        if let joinPoint = batch.joinPoint { configurationVersion = joinPoint.configurationVersion }
    }

    /// Leaves the sending to the lane, where the viewer has everything up to now and its sink shows a path.
    private func enterDirectPath(in lane: Lane) {
        guard let cursor, cursor == lane.window.end, pendingEnding == nil, stalledSince == nil, !isDetached,
            let path = sink.directPath, path.isOpen
        else { return }
        isOnDirectPath = true
        lane.seat(self, on: path, from: cursor)
    }

    /// The direct path took only the first `taken` bytes of the newest batch, or none: the rest is for the sink.
    func goOn(with batch: Batch, after taken: Int) {
        leaveDirectPath()
        guard taken > 0, let lane, let number = cursor else { return advance() }
        pass(batch, number, in: lane)
        lane.deliveredBytes += taken
        sink.sentDirectly(taken)
        var rest = batch.bytes
        rest.moveReaderIndex(forwardBy: taken)
        send(rest)
    }

    private var framesOnDirectPath: Int {
        guard isOnDirectPath, let lane, let framesBehind, let next = lane.nextOnDirectPath(of: self) else { return 0 }
        return lane.window.frames(before: next) - framesBehind
    }

    /// Closes the viewer if it has taken nothing for longer than `limit`; what it was too slow for is lost to it.
    func closeIfStalled(at now: NIODeadline, longerThan limit: TimeAmount) {
        guard let lane, let awaitedSince, now - awaitedSince >= limit else { return }
        countLosses(before: lane.window.end, in: lane)
        sink.fellBehind()
    }

    /// A viewer that has started meets other tracks.
    func learn(_ joinPoint: JoinPoint) {
        guard hasStarted, !isDetached else { return }
        sink.tracksInForce(joinPoint.tracks)
    }

    // MARK: Starting

    /// Puts the cursor on the newest sync frame that lies ahead, and sends what a decoder needs there.
    private func start(in lane: Lane) -> Bool {
        guard let number = lane.window.newestJoinPoint, number >= max(earliestStart, lane.broadcastStart),
            let joinPoint = lane.window[number].joinPoint
        else { return false }
        countLosses(before: number, in: lane)
        cursor = number
        earliestStart = number + 1
        let knowsConfiguration = configurationVersion == joinPoint.configurationVersion
        configurationVersion = joinPoint.configurationVersion
        if !knowsConfiguration { sink.tracksInForce(joinPoint.tracks) }
        if !hasStarted {
            hasStarted = true
            if joinPoint.opening.readableBytes > 0 { send(joinPoint.opening) }
        }
        if !knowsConfiguration, joinPoint.prelude.readableBytes > 0 { send(joinPoint.prelude) }
        return true
    }

    /// Notes that the viewer goes on at batch `number`, and that what lies between is lost.
    private func countLosses(before number: Int, in lane: Lane) {
        let framesBefore = lane.window.frames(before: number)
        if let framesBehind, framesBefore > framesBehind {
            settled.lostFrames += framesBefore - framesBehind
            lane.lostFrames += framesBefore - framesBehind
        }
        framesBehind = framesBefore
    }

    private func startAnew() {
        if let cursor { earliestStart = max(earliestStart, cursor) }
        cursor = nil
        framesBehind = nil
        // A decoder that was told to pause may have forgotten its configuration.
        configurationVersion = -1
    }

    private func send(_ bytes: ByteBuffer) {
        lane?.deliveredBytes += bytes.readableBytes
        if !sink.write(bytes), stalledSince == nil, !isDetached {
            stalledSince = lane?.eventLoop.now ?? .now()
            lane?.viewerStalled()
        }
    }

    private func leaveLane() {
        leaveDirectPath()
        guard let lane else { return }
        if stalledSince != nil, !isPaused { lane.viewerRecovered() }
        lane.remove(self)
        self.lane = nil
    }
}
