import NIOCore

/// One format of one stream on one event loop: the window of its batches, and the viewers that read it.
final class Lane {
    private(set) var window: BatchWindow
    /// Whether a new viewer starts at the newest sync frame of the past, or waits for the next.
    private(set) var joinsFromPast: Bool
    private(set) var isLive: Bool
    let eventLoop: any EventLoop
    private var seats: ContiguousArray<Seat> = []
    private var closeAfter: TimeAmount
    /// Wakes when the next stalled viewer may have to go.
    private var stallTimer: Scheduled<Void>?
    private let meter: any StreamMeter

    /// The number of the broadcast's first batch: nobody starts with what is left of the one before.
    private(set) var broadcastStart = 0
    /// Viewers whose sinks take nothing at the moment.
    ///
    /// While there are some, history is kept for them.
    private(set) var stalledViewers = 0
    /// The version of the newest join point's configuration.
    private var configurationVersion = -1
    /// What was handed to sinks and what viewers lost since the meter was last told.
    var deliveredFrames = 0
    var deliveredBytes = 0
    var lostFrames = 0

    init(settings: StreamSettings, isLive: Bool, meter: any StreamMeter, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        window = BatchWindow(limits: settings.viewerWindow)
        joinsFromPast = settings.joinCache != nil
        closeAfter = settings.closeStalledViewersAfter
        self.isLive = isLive
        self.meter = meter
    }

    /// Goes on by other settings.
    func change(_ settings: StreamSettings) {
        window.limits = settings.viewerWindow
        joinsFromPast = settings.joinCache != nil
        guard closeAfter != settings.closeStalledViewersAfter else { return }
        closeAfter = settings.closeStalledViewersAfter
        closeStalledViewers()
    }

    /// A viewer's place.
    private struct Seat {
        let viewer: Viewer
        /// The way to a viewer who has everything up to now; `nil` where the viewer sees to its bytes itself.
        var path: DirectPath?
        /// The number of the next batch on the direct path.
        var next = 0
    }

    var isEmpty: Bool { seats.isEmpty }

    /// Takes new batches and gives them to every viewer that is ready.
    func deliver(_ batches: [Batch]) {
        for batch in batches {
            window.append(batch, keepingHistory: stalledViewers > 0)
            tellTracks(of: batch)
            deliver(batch)
        }
        reportToMeter()
    }

    /// Tells those who are past their start what tracks the newest batch brings; the others learn it as they start.
    private func tellTracks(of batch: Batch) {
        guard let joinPoint = batch.joinPoint, joinPoint.configurationVersion != configurationVersion else { return }
        configurationVersion = joinPoint.configurationVersion
        forEachViewer { $0.learn(joinPoint) }
    }

    /// Gives every viewer the newest batch: those on direct paths with nothing but the `send`.
    private func deliver(_ batch: Batch) {
        let next = window.end
        var takers = 0
        var counter: (any ViewerSink)?
        var index = 0
        batch.bytes.withUnsafeReadableBytes { bytes in
            while index < seats.count {
                guard let path = seats[index].path else {
                    call(&index) { $0.advance() }
                    continue
                }
                let taken = path.send(bytes)
                if taken == bytes.count {
                    seats[index].next = next
                    if takers == 0 { counter = seats[index].viewer.sink }
                    takers += 1
                    index += 1
                } else {
                    call(&index) { $0.goOn(with: batch, after: taken) }
                }
            }
        }
        deliveredFrames += takers * batch.frameCount
        deliveredBytes += takers * batch.bytes.readableBytes
        counter?.sentDirectly(takers * batch.bytes.readableBytes)
    }

    func becomeLive() {
        guard !isLive else { return }
        isLive = true
        broadcastStart = window.end
        forEachViewer { $0.becomeLive() }
    }

    func end(_ ending: StreamEnding) {
        isLive = false
        forEachViewer { $0.end(ending) }
        if stalledViewers == 0 { window.clear() }
        reportToMeter()
    }

    // MARK: Stalled viewers

    /// The least time between two looks at stalled viewers: 100 ms, so that many who stall one after the other do not cost
    /// a look each.
    private static let leastPause = TimeAmount.milliseconds(100)

    /// A viewer takes nothing from now on.
    func viewerStalled() {
        stalledViewers += 1
        if stallTimer == nil { awaitStall(within: closeAfter) }
    }

    /// A viewer takes what comes again, or nothing is kept for it any more.
    func viewerRecovered() {
        stalledViewers -= 1
    }

    /// Closes those who have taken nothing for too long, whether or not something comes that they could take, and looks
    /// again when the next may have to go.
    private func closeStalledViewers() {
        stallTimer?.cancel()
        stallTimer = nil
        guard stalledViewers > 0 else { return }
        let now = eventLoop.now
        forEachViewer { $0.closeIfStalled(at: now, longerThan: closeAfter) }
        reportToMeter()
        guard let oldest = seats.lazy.compactMap(\.viewer.awaitedSince).min() else { return }
        awaitStall(within: oldest + closeAfter - now)
    }

    private func awaitStall(within time: TimeAmount) {
        stallTimer = eventLoop.assumeIsolated().scheduleTask(in: max(time, Self.leastPause)) { [weak self] in
            self?.closeStalledViewers()
        }
    }

    // MARK: Places

    func add(_ viewer: Viewer) {
        viewer.slot = seats.count
        seats.append(Seat(viewer: viewer))
    }

    func remove(_ viewer: Viewer) {
        guard viewer.slot < seats.count, seats[viewer.slot].viewer === viewer else { return }
        let last = seats.removeLast()
        if last.viewer !== viewer {
            seats[viewer.slot] = last
            last.viewer.slot = viewer.slot
        }
        if seats.isEmpty {
            stallTimer?.cancel()
            stallTimer = nil
        }
        reportToMeter()
    }

    /// Serves a viewer who has everything before batch `next` on its direct path from now on.
    func seat(_ viewer: Viewer, on path: DirectPath, from next: Int) {
        seats[viewer.slot].path = path
        seats[viewer.slot].next = next
    }

    /// Leaves a viewer's bytes to the viewer again.
    func unseat(_ viewer: Viewer) {
        seats[viewer.slot].path = nil
    }

    /// The number of the batch that a viewer on a direct path gets next; `nil` where it is on none.
    func nextOnDirectPath(of viewer: Viewer) -> Int? {
        let seat = seats[viewer.slot]
        return seat.path == nil ? nil : seat.next
    }

    private func forEachViewer(_ body: (Viewer) -> Void) {
        var index = 0
        while index < seats.count { call(&index, body) }
    }

    /// A viewer may leave while it is called; the one that takes its place is called in its turn.
    private func call(_ index: inout Int, _ body: (Viewer) -> Void) {
        let viewer = seats[index].viewer
        body(viewer)
        if index < seats.count, seats[index].viewer === viewer { index += 1 }
    }

    private func reportToMeter() {
        if deliveredFrames > 0 || deliveredBytes > 0 {
            meter.delivered(frames: deliveredFrames, bytes: deliveredBytes)
            deliveredFrames = 0
            deliveredBytes = 0
        }
        if lostFrames > 0 {
            meter.lost(frames: lostFrames)
            lostFrames = 0
        }
    }
}
