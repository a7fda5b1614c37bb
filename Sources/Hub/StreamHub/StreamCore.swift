import MediaModel
import NIOCore
import StreamHealth

/// The heart of a live stream, on its home event loop: one publisher at a time, the timeline, the join cache, and the
/// shards of all event loops that have viewers.
final class StreamCore {
    private unowned let stream: LiveStream
    private var settings: StreamSettings
    private let meter: any StreamMeter
    private let home: any EventLoop

    private var publisher: PublisherPort?
    private(set) var isLive = false
    private var returnTimeout: Scheduled<Void>?

    private var timeline = TimelineNormalizer()
    private var joinPoints = JoinPointRule()
    private var state = StreamState()
    private var cache: JoinCache
    private var payloads = PayloadBlocks()
    /// The frame with which a viewer who comes now starts.
    var firstCachedElement: StreamElement? { cache.entries.first?.element }
    /// What was in force at the beginning of the cache.
    private var cacheState = StreamState()
    /// When the frame at the beginning of the cache arrived.
    private var cacheArrival = NIODeadline.uptimeNanoseconds(0)

    private var writers: [BatchWriter] = []
    private var substitutes = FormatSubstitutes()
    private var shards: [ObjectIdentifier: ShardPlace] = [:]
    private var sinks: [any FrameSink] = []
    /// Whether one of them has a use for the frames that are just being taken.
    private var sinksWantFrames = false
    private var observers: [any StreamObserver] = []
    private var measurement = StreamMeasurement()
    private var startedAt: NIODeadline = .uptimeNanoseconds(0)
    private var omissions: [String: [TrackOmission]] = [:]
    private var gatherTimer: Scheduled<Void>?

    /// A shard on its event loop, and how many viewers take each format there.
    private struct ShardPlace {
        let eventLoop: any EventLoop
        let shard: NIOLoopBoundBox<Shard>
        var viewers: [String: Int] = [:]
    }

    init(stream: LiveStream, settings: StreamSettings, meter: any StreamMeter, home: any EventLoop) {
        self.stream = stream
        self.settings = settings
        self.meter = meter
        self.home = home
        cache = JoinCache(settings.joinCache)
    }

    /// Goes on by other settings; what is kept already goes when it is its turn.
    func change(_ settings: StreamSettings) {
        self.settings = settings
        cache.setLimits(settings.joinCache)
        publisher?.settingsChanged()
        onEachShard { $0.change(settings) }
    }
}

// MARK: Publishing

extension StreamCore {
    /// Gives the stream to a publisher.
    ///
    /// - Throws: `PublishRefusal.alreadyPublished` when it has one that does not yield.
    func begin(_ newcomer: PublisherPort, observers: [any StreamObserver]) throws(PublishRefusal) {
        if let publisher {
            guard settings.onDuplicate == .takeover else { throw .alreadyPublished }
            publisher.displace(.takenOver)
        }
        cancelReturn()
        publisher = newcomer
        tellPublisher()
        timeline.beginEpoch()
        guard !isLive else {
            measurement.resume()
            // What the one before said of itself is not true of this one.
            state.take(.metadata(nil))
            return
        }
        isLive = true
        stream.setLive(true)
        meter.liveStreamsChanged(by: 1)
        measurement = StreamMeasurement()
        startedAt = home.now
        omissions = [:]
        self.observers = observers
        sinks = observers.compactMap { $0.streamStarted(stream) }
        onEachShard { $0.becomeLive() }
    }

    /// Takes what one read of the publisher's socket brought.
    func publish(_ elements: [StreamElement], from port: PublisherPort) {
        guard port === publisher else { return }
        let now = home.now
        let repairsBefore = timeline.repairs
        sinksWantFrames = sinks.contains { $0.wantsFrames }
        var forSinks: [StreamElement] = []
        if sinksWantFrames { forSinks.reserveCapacity(elements.count + 1) }
        // What formats write is a copy; frames themselves last with those who keep them.
        let keepsFrames = settings.joinCache != nil || sinksWantFrames
        var frames = 0
        var bytes = 0
        var growth = ReadingGrowth(waiting: waitingBytes)
        reading: for element in elements {
            switch element {
            case .frame(let frame):
                sendWhatIsMuch(&growth)
                guard growth.isInProportion(to: bytes) else { break reading }
                frames += 1
                bytes += frame.payload.readableBytes
                place(frame, isKept: keepsFrames, at: now, into: &forSinks)
            case .data(var message):
                message.timestampMilliseconds = timeline.placeData(
                    UInt32(truncatingIfNeeded: message.timestampMilliseconds))
                take(.data(message), at: now, into: &forSinks)
            case .metadata(var message):
                message?.timestampMilliseconds = timeline.position
                take(.metadata(message), at: now, into: &forSinks)
            case .tracks(let tracks):
                measurement.setTracks(tracks)
                take(element, at: now, into: &forSinks)
            case .discontinuity:
                take(element, at: now, into: &forSinks)
            }
        }
        meter.received(frames: frames, bytes: bytes)
        if timeline.repairs > repairsBefore { meter.repairedTimestamps(timeline.repairs - repairsBefore) }
        if !forSinks.isEmpty {
            for sink in sinks { sink.receive(forSinks) }
        }
        if growth.isInProportion(to: bytes) { flushOrGather() } else { endByServer(.outOfProportion) }
    }

    /// Gives a frame its place on the stream's timeline, and takes it.
    private func place(
        _ frame: MediaFrame, isKept: Bool, at now: NIODeadline, into forSinks: inout [StreamElement]
    ) {
        var frame = frame
        let scale = frame.track.timescale
        let raw = UInt32(truncatingIfNeeded: scale.convert(frame.decodeTime, to: .milliseconds))
        let placement = timeline.place(raw, track: frame.track.id, now: now)
        if placement.isBreak { take(.discontinuity, at: now, into: &forSinks) }
        frame.decodeTime = Timescale.milliseconds.convert(placement.milliseconds, to: scale)
        if isKept { frame.payload = payloads.keep(frame.payload) }
        measurement.see(
            frame,
            .init(
                now: now.milliseconds, time: placement.milliseconds, isBreak: placement.isBreak,
                isRepaired: placement.isRepaired))
        take(.frame(frame), at: now, into: &forSinks)
    }

    /// Bytes in all formats together that are not sent yet.
    private var waitingBytes: Int { writers.reduce(0) { $0 + $1.waitingBytes } }

    private func sendWhatIsMuch(_ growth: inout ReadingGrowth) {
        let waiting = waitingBytes
        guard waiting > ReadingGrowth.mostBytesWaiting else { return }
        growth.count(waiting)
        flush()
    }

    /// The publisher is gone: for good, or, when it vanished, perhaps to come back.
    func end(_ port: PublisherPort, _ ending: StreamEnding) {
        guard port === publisher else { return }
        publisher = nil
        flush()
        if ending == .lost, settings.resumeWithin > .zero {
            let core = NIOLoopBound(self, eventLoop: home)
            // The stream must outlive the wait.
            returnTimeout = home.scheduleTask(in: settings.resumeWithin) { [stream] in
                core.value.finish(.lost)
                stream.releasePublisher()
            }
            stream.retainPublisher()
        } else {
            finish(ending)
        }
    }

    /// The server itself ends the stream; its publisher learns of it as if displaced.
    func endByServer(_ displacement: Displacement = .endedByServer) {
        publisher?.displace(displacement)
        publisher = nil
        cancelReturn()
        flush()
        finish(.unpublished)
    }

    private func cancelReturn() {
        guard let returnTimeout else { return }
        returnTimeout.cancel()
        self.returnTimeout = nil
        stream.releasePublisher()
    }

    private func finish(_ ending: StreamEnding) {
        guard isLive, publisher == nil else { return }
        returnTimeout = nil
        isLive = false
        stream.setLive(false)
        meter.liveStreamsChanged(by: -1)
        for sink in sinks { sink.streamEnded(ending) }
        sinks = []
        for observer in observers { observer.streamEnded(stream) }
        observers = []
        cache.clear()
        payloads.clear()
        for index in writers.indices { writers[index].forgetHistory() }
        state = StreamState(version: state.version + 1)
        joinPoints.defaultVideo = nil
        onEachShard { $0.end(ending) }
    }

    /// Brings one element, which arrived now, into cache and formats, and into what the sinks get.
    private func take(_ element: StreamElement, at now: NIODeadline, into forSinks: inout [StreamElement]) {
        var isJoinPoint = false
        var isFrame = false
        if case .frame(let frame) = element {
            isFrame = true
            isJoinPoint = joinPoints.isJoinPoint(frame)
            if isJoinPoint {
                cacheState = state
                cacheArrival = now
            }
        } else if state.take(element) {
            joinPoints.defaultVideo = state.tracks.first { $0.kind == .video }?.id
            joinPoints.cost = state.byteCount
        }
        cache.append(element, isJoinPoint: isJoinPoint)
        for index in writers.indices {
            writers[index].append(element, joinPoint: isJoinPoint ? now : nil, state: state)
            if cache.entries.isEmpty { writers[index].forgetHistory() }
        }
        if sinksWantFrames || (!isFrame && !sinks.isEmpty) { forSinks.append(element) }
    }

    private func flushOrGather() {
        guard !writers.isEmpty else { return }
        let rest = settings.gather - (publisher?.delay ?? .zero)
        // A timer for less than a twentieth would cost more than it gathers.
        guard rest.nanoseconds > settings.gather.nanoseconds / 20 else { return flush() }
        guard gatherTimer == nil else { return }
        let core = NIOLoopBound(self, eventLoop: home)
        gatherTimer = home.scheduleTask(in: rest) { core.value.flush() }
    }

    private func flush() {
        gatherTimer?.cancel()
        gatherTimer = nil
        var batches: [FormatBatches] = []
        for index in writers.indices where !writers[index].isEmpty {
            batches.append(FormatBatches(format: writers[index].format, batches: writers[index].takeBatches()))
        }
        guard !batches.isEmpty else { return }
        // The other loops first: they send while this one does.
        let others = shards.values.lazy.filter { [home] in $0.eventLoop !== home }
        if !others.isEmpty {
            let bytes = batches.reduce(0) { $0 + $1.byteCount }
            let parcel = publisher.map { Backlog.Parcel(bytes, in: $0.backlog) }
            for place in others {
                onShard(place) { [batches] shard in withExtendedLifetime(parcel) { shard.deliver(batches) } }
            }
        }
        if let place = shards[ObjectIdentifier(home)] { onShard(place) { [batches] in $0.deliver(batches) } }
    }

    private func onEachShard(_ body: @escaping @Sendable (Shard) -> Void) {
        for place in shards.values { onShard(place, body) }
    }

    /// The one way to every shard: what is told to it comes in the order in which it is told.
    ///
    /// On the home loop that means at once. If some of it were posted, a batch could overtake the lane it belongs to.
    private func onShard(_ place: ShardPlace, _ body: @escaping @Sendable (Shard) -> Void) {
        if place.eventLoop === home {
            body(place.shard.value)
        } else {
            place.eventLoop.execute { [shard = place.shard] in body(shard.value) }
        }
    }
}

// MARK: Telling

extension StreamCore {
    /// What the stream is now; `nil` when it is not live.
    func status(of path: StreamPath, delivery: StreamStatus.Delivery) -> StreamStatus? {
        guard isLive else { return nil }
        let now = home.now
        return StreamStatus(
            path: path, isPublished: publisher != nil, age: now - startedAt, metadata: state.metadata,
            figures: measurement.figures(at: now.milliseconds), measuredAt: now.milliseconds, delivery: delivery,
            omissions: omissions)
    }

    func noteOmissions(_ omissions: [TrackOmission], by output: String) {
        self.omissions[output] = omissions.isEmpty ? nil : omissions
    }
}

// MARK: Viewing

extension StreamCore {
    /// Gives a viewer of another or the same event loop its place.
    ///
    /// The order of what is told to that loop's shard makes it right: the lane with its history first, the viewer next,
    /// new batches after that.
    func attach(_ viewer: NIOLoopBound<Viewer>, format wanted: any WireFormat, on eventLoop: any EventLoop) {
        let format = substitutes.format(for: wanted, among: writers)
        let key = ObjectIdentifier(eventLoop)
        if shards[key] == nil {
            shards[key] = ShardPlace(eventLoop: eventLoop, shard: .makeBoxSendingValue(Shard(), eventLoop: eventLoop))
        }
        guard let place = shards[key] else { return }
        let opensLane = place.viewers[format.name, default: 0] == 0
        shards[key]?.viewers[format.name, default: 0] += 1
        tellPublisher()
        let history = opensLane ? history(in: format) : nil
        let name = format.name
        let isLive = isLive
        onShard(place) { [settings, meter] shard in
            if let history {
                let lane = Lane(settings: settings, isLive: isLive, meter: meter, eventLoop: eventLoop)
                shard.open(lane, format: name)
                lane.deliver(history)
            }
            if let lane = shard.lane(name) { viewer.value.enter(lane) }
        }
    }

    /// Gives a sink that comes in mid-stream what a viewer would get.
    func attach(_ make: () -> any FrameSink) {
        let sink = make()
        guard isLive else { return sink.streamEnded(.unpublished) }
        var elements: [StreamElement] = []
        let state = cache.entries.isEmpty ? state : cacheState
        if !state.tracks.isEmpty { elements.append(.tracks(state.tracks)) }
        if let metadata = state.metadata { elements.append(.metadata(metadata)) }
        elements += cache.entries.map(\.element)
        sink.receive(elements)
        sinks.append(sink)
    }

    /// Takes a viewer's place away; a format that nobody takes any more is no longer written.
    func detach(format wanted: String, from eventLoop: any EventLoop) {
        let format = substitutes.nameGivenUp(for: wanted)
        let key = ObjectIdentifier(eventLoop)
        guard let place = shards[key], let count = place.viewers[format] else { return }
        if count > 1 {
            shards[key]?.viewers[format] = count - 1
            return
        }
        shards[key]?.viewers[format] = nil
        onShard(place) { $0.close(format: format) }
        if shards[key]?.viewers.isEmpty == true { shards[key] = nil }
        tellPublisher()
        if !shards.values.contains(where: { $0.viewers[format] != nil }) {
            writers.removeAll { $0.format == format }
        }
    }

    /// Lets the publisher know whether anybody watches.
    private func tellPublisher() {
        publisher?.setWatched(!shards.isEmpty)
    }

    /// The join cache in the bytes of a format that starts to be written on an event loop.
    ///
    /// Every event loop has the same bytes: what a format counts goes on where the history ends.
    private func history(in format: any WireFormat) -> [Batch] {
        // What is pending goes to the loops that are there already; the history has it for the new one.
        flush()
        if let writer = writers.first(where: { $0.format == format.name }) { return writer.history }
        var writer = BatchWriter(format: format)
        var state = cacheState
        for entry in cache.entries {
            state.take(entry.element)
            writer.append(entry.element, joinPoint: entry.isJoinPoint ? cacheArrival : nil, state: state)
        }
        let batches = writer.takeBatches()
        writers.append(writer)
        return batches
    }
}
