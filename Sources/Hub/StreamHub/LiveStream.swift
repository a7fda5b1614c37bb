public import MediaModel
import NIOConcurrencyHelpers
public import NIOCore

/// One live stream: a publisher, and any number of viewers on any event loops.
///
/// Its state lives on one event loop, its *home*; this object is the address that everybody else holds.
public final class LiveStream: Sendable {
    /// The stream's name.
    public let path: StreamPath
    /// The event loop on which the stream's elements are handed on.
    public let home: any EventLoop
    /// How the stream is kept.
    public let settings: StreamSettings

    private let registry: StreamRegistry
    private let core: NIOLoopBoundBox<StreamCore?>
    /// What viewers were given of it.
    let tally: StreamTally

    init(path: StreamPath, home: any EventLoop, settings: StreamSettings, registry: StreamRegistry) {
        self.path = path
        self.home = home
        self.settings = settings
        self.registry = registry
        core = .makeBoxSendingValue(nil, eventLoop: home)
        tally = StreamTally(registry.meter)
    }

    /// Runs `body` with the stream's state on its home loop: at once when called there, otherwise soon.
    func onHome(_ body: @escaping @Sendable (StreamCore) -> Void) {
        if home.inEventLoop {
            body(coreOnHome)
        } else {
            home.execute { body(self.coreOnHome) }
        }
    }

    private var coreOnHome: StreamCore {
        if let core = core.value { return core }
        let made = StreamCore(stream: self, settings: settings, meter: tally, home: home)
        core.value = made
        return made
    }

    /// Attaches a sink in mid-stream: it gets the tracks, the metadata and the join cache, then what comes.
    ///
    /// - Parameter make: makes the sink, on the home loop. Where the stream has ended meanwhile, the sink learns that at
    ///   once, and nothing else.
    public func attach(_ make: @escaping @Sendable () -> any FrameSink) {
        onHome { $0.attach(make) }
    }

    /// Gives the stream to a publisher, if it is to be had.
    func begin(
        observers: [any StreamObserver], onPaceChange: @escaping @Sendable () -> Void,
        onDisplaced: @escaping @Sendable (Displacement) -> Void
    ) -> EventLoopFuture<PublisherPort> {
        home.submit {
            let core = self.coreOnHome
            let port = PublisherPort(
                stream: self, core: NIOLoopBound(core, eventLoop: self.home), onPaceChange: onPaceChange,
                onDisplaced: onDisplaced)
            try core.begin(port, observers: observers)
            return port
        }
    }

    func attach(_ viewer: NIOLoopBound<Viewer>, format: any WireFormat, on eventLoop: any EventLoop) {
        // Never at once, even on the home loop: the caller gets its viewer before the sink is called.
        home.execute { self.coreOnHome.attach(viewer, format: format, on: eventLoop) }
    }

    func detachViewer(format: String, from eventLoop: any EventLoop) {
        // Posted like the attaching, which it must not overtake: a viewer may leave in the moment in which it came.
        home.execute {
            self.coreOnHome.detach(format: format, from: eventLoop)
            self.registry.release(self)
        }
    }

    /// What the stream is now; called on the home loop.
    var statusOnHome: StreamStatus? {
        core.value?.status(of: path, delivery: tally.delivery)
    }

    // The registry keeps the stream for as long as somebody has an interest in it.
    func setLive(_ isLive: Bool) { registry.setLive(isLive, self) }
    func retainPublisher() { registry.retain(self) }
    func releasePublisher() { registry.release(self) }
}
