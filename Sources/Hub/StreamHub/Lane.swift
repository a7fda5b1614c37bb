import NIOCore

/// One format of one stream on one event loop: the window of its batches, and the viewers that read it.
final class Lane {
    private(set) var window: BatchWindow
    /// Whether a new viewer starts at the newest sync frame of the past, or waits for the next.
    let joinsFromPast: Bool
    private(set) var isLive: Bool
    let eventLoop: any EventLoop
    private var viewers: ContiguousArray<Viewer> = []
    private let closeAfter: TimeAmount
    private let meter: any StreamMeter

    /// The number of the broadcast's first batch: nobody starts with what is left of the one before.
    private(set) var broadcastStart = 0
    /// Viewers whose sinks take nothing at the moment.
    ///
    /// While there are some, history is kept for them.
    var stalledViewers = 0
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

    var isEmpty: Bool { viewers.isEmpty }

    /// Takes new batches and gives them to every viewer that is ready.
    func deliver(_ batches: [Batch]) {
        for batch in batches {
            window.append(batch, keepingHistory: stalledViewers > 0)
            forEachViewer { $0.advance() }
        }
        if stalledViewers > 0 {
            let now = eventLoop.now
            forEachViewer { $0.closeIfStalled(at: now, longerThan: closeAfter) }
        }
        reportToMeter()
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
        watchStalledViewers()
        reportToMeter()
    }

    /// Closes those who do not take what came before the end: no new batch will lead to them.
    private func watchStalledViewers() {
        guard !isLive, stalledViewers > 0 else { return }
        eventLoop.assumeIsolated().scheduleTask(in: closeAfter) { [weak self] in
            guard let self, !self.isLive else { return }
            self.forEachViewer { $0.closeIfStalled(at: self.eventLoop.now, longerThan: self.closeAfter) }
            self.watchStalledViewers()
        }
    }

    func add(_ viewer: Viewer) {
        viewer.slot = viewers.count
        viewers.append(viewer)
    }

    func remove(_ viewer: Viewer) {
        guard viewer.slot < viewers.count, viewers[viewer.slot] === viewer else { return }
        let last = viewers.removeLast()
        if last !== viewer {
            viewers[viewer.slot] = last
            last.slot = viewer.slot
        }
        reportToMeter()
    }

    /// A viewer may leave while it is called; the one that takes its place is called in its turn.
    private func forEachViewer(_ body: (Viewer) -> Void) {
        var index = 0
        while index < viewers.count {
            let viewer = viewers[index]
            body(viewer)
            if index < viewers.count, viewers[index] === viewer { index += 1 }
        }
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
