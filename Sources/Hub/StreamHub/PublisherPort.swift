public import MediaModel
import NIOConcurrencyHelpers
public import NIOCore
import Synchronization

/// The right to publish a stream, held by one publisher at a time.
public final class PublisherPort: Sendable {
    /// The stream that is published.
    public let stream: LiveStream
    /// The stream's state itself, so that a read need not look for it.
    private let core: NIOLoopBound<StreamCore>
    private let home: any EventLoop
    private let watched = NIOLockedValueBox(false)
    let backlog: Backlog
    private let delayNanoseconds = Atomic<Int64>(0)
    private let onPaceChange: @Sendable () -> Void
    private let onDisplaced: @Sendable (Displacement) -> Void

    init(
        stream: LiveStream, core: NIOLoopBound<StreamCore>, onPaceChange: @escaping @Sendable () -> Void,
        onDisplaced: @escaping @Sendable (Displacement) -> Void
    ) {
        self.stream = stream
        self.core = core
        home = stream.home
        self.onPaceChange = onPaceChange
        backlog = Backlog(onChange: onPaceChange)
        self.onDisplaced = onDisplaced
    }

    /// Hands on what one read of the publisher's socket brought.
    ///
    /// Frame times are the publisher's own, modulo 2^32 milliseconds; the hub puts them on the stream's timeline. Does
    /// nothing once the port was displaced.
    public func publish(_ elements: [StreamElement]) {
        guard !elements.isEmpty else { return }
        if home.inEventLoop {
            core.value.publish(elements, from: self)
        } else {
            let parcel = Backlog.Parcel(elements.reduce(0) { $0 + $1.byteCount }, in: backlog)
            home.execute { [self] in
                withExtendedLifetime(parcel) { core.value.publish(elements, from: self) }
            }
        }
    }

    /// Says how long what is published from now on has waited already, at most.
    ///
    /// That is a part of the time for which the stream gathers.
    public func setDelay(_ delay: TimeAmount) {
        delayNanoseconds.store(delay.nanoseconds, ordering: .relaxed)
    }

    var delay: TimeAmount { .nanoseconds(delayNanoseconds.load(ordering: .relaxed)) }

    /// Whether the stream has a viewer, whom every delay reaches; packagers and recorders are none.
    public var isWatched: Bool { watched.withLockedValue { $0 } }

    /// Whether event loops are so far behind that the publisher must not be read for now.
    public var isCongested: Bool { backlog.isFull }

    /// Gives the stream back.
    ///
    /// Called once.
    public func end(_ ending: StreamEnding) {
        stream.onHome { [self] in
            $0.end(self, ending)
            // Only now: the core may have taken an interest of its own, to wait for a return.
            stream.releasePublisher()
        }
    }

    func setWatched(_ isWatched: Bool) {
        let hasChanged = watched.withLockedValue { watched in
            defer { watched = isWatched }
            return watched != isWatched
        }
        if hasChanged { onPaceChange() }
    }

    /// The stream is kept by other settings from now on, and may be read by others too.
    func settingsChanged() {
        onPaceChange()
    }

    func displace(_ displacement: Displacement) {
        onDisplaced(displacement)
    }
}

/// Why a publisher lost its stream.
public enum Displacement: Sendable {
    /// Another publisher took the name over.
    case takenOver
    /// The server ended the stream.
    case endedByServer
    /// The server ended it, for what the publisher sends becomes too much of what it costs to send.
    case outOfProportion
}

/// Why a name cannot be published.
public enum PublishRefusal: Error, Equatable, Sendable {
    /// Somebody publishes it, and the newcomer does not take over.
    case alreadyPublished
}
