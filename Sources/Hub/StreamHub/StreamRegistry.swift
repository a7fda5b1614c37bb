public import MediaModel
import NIOConcurrencyHelpers
public import NIOCore

/// All streams by name: where publishers and viewers find each other.
///
/// A stream exists while somebody has an interest in it: its publisher, one who may come back, or a viewer, who may also
/// come before the publisher.
public final class StreamRegistry: Sendable {
    private struct Entry {
        let stream: LiveStream
        var interest: Int
        var isLive = false
    }

    let meter: any StreamMeter
    private let settings: @Sendable (StreamPath) -> StreamSettings
    private let observers: [any StreamObserver]
    private let entries = NIOLockedValueBox<[StreamPath: Entry]>([:])

    /// Makes an empty registry.
    ///
    /// - Parameters:
    ///   - settings: how a stream of a name is to be kept; asked when it comes into being, and by `refreshSettings`.
    ///   - observers: who is told of each stream that becomes live.
    ///   - meter: who counts.
    public init(
        settings: @escaping @Sendable (StreamPath) -> StreamSettings,
        observers: [any StreamObserver] = [], meter: any StreamMeter = NoStreamMeter()
    ) {
        self.settings = settings
        self.observers = observers
        self.meter = meter
    }

    /// Asks for a name to publish.
    ///
    /// - Parameters:
    ///   - path: the name.
    ///   - eventLoop: the publisher's event loop; a new stream makes it its home.
    ///   - onPaceChange: called, on any thread, when `PublisherPort.isWatched` or `isCongested` has changed, and
    ///     after `refreshSettings`.
    ///   - onDisplaced: called, on any thread, when the stream is taken from this publisher.
    /// - Returns: the port, or a failure with `PublishRefusal`.
    public func publish(
        _ path: StreamPath, on eventLoop: any EventLoop, onPaceChange: @escaping @Sendable () -> Void = {},
        onDisplaced: @escaping @Sendable (Displacement) -> Void
    ) -> EventLoopFuture<PublisherPort> {
        let stream = enter(path, home: eventLoop)
        return stream.begin(
            observers: observers, onPaceChange: onPaceChange, onDisplaced: onDisplaced
        ).hop(to: eventLoop).flatMapErrorThrowing { error in
            self.release(stream)
            throw error
        }
    }

    /// Attaches a viewer to a stream, live or not yet.
    ///
    /// Called on the viewer's event loop, where every call to `sink` is made, none of them before this returns.
    public func subscribe(
        _ path: StreamPath, format: any WireFormat, sink: any ViewerSink, on eventLoop: any EventLoop
    ) -> Viewer {
        let stream = enter(path, home: eventLoop)
        let viewer = Viewer(sink: sink) { _ in stream.detachViewer(format: format.name, from: eventLoop) }
        stream.attach(NIOLoopBound(viewer, eventLoop: eventLoop), format: format, on: eventLoop)
        return viewer
    }

    /// Whether somebody publishes the stream now, or has just vanished and may return.
    public func isLive(_ path: StreamPath) -> Bool {
        entries.withLockedValue { $0[path]?.isLive ?? false }
    }

    /// Every live stream, in the order of their names.
    public var liveStreams: [LiveStream] {
        entries.withLockedValue { entries in entries.values.filter(\.isLive).map(\.stream) }
            .sorted { $0.path < $1.path }
    }

    /// The live stream of a name.
    public func liveStream(_ path: StreamPath) -> LiveStream? {
        entries.withLockedValue { entries in
            entries[path].flatMap { $0.isLive ? $0.stream : nil }
        }
    }

    /// Asks anew how each stream is to be kept; the answer holds from the next frame on.
    public func refreshSettings() {
        let streams = entries.withLockedValue { $0.values.map(\.stream) }
        for stream in streams {
            let settings = settings(stream.path)
            stream.onHome { $0.change(settings) }
        }
    }

    /// Ends every live stream, as if its publisher had said that it is done.
    public func endAll() {
        let streams = entries.withLockedValue { $0.values.map(\.stream) }
        for stream in streams { stream.onHome { $0.endByServer() } }
    }

    /// How many streams there are, live or awaited.
    public var count: Int { entries.withLockedValue { $0.count } }

    private func enter(_ path: StreamPath, home: any EventLoop) -> LiveStream {
        entries.withLockedValue { entries in
            if let stream = entries[path]?.stream {
                entries[path]?.interest += 1
                return stream
            }
            let stream = LiveStream(path: path, home: home, settings: settings(path), registry: self)
            entries[path] = Entry(stream: stream, interest: 1)
            return stream
        }
    }

    func setLive(_ isLive: Bool, _ stream: LiveStream) {
        entries.withLockedValue { entries in
            if entries[stream.path]?.stream === stream { entries[stream.path]?.isLive = isLive }
        }
    }

    func retain(_ stream: LiveStream) {
        entries.withLockedValue { entries in
            if entries[stream.path]?.stream === stream { entries[stream.path]?.interest += 1 }
        }
    }

    func release(_ stream: LiveStream) {
        entries.withLockedValue { entries in
            guard let entry = entries[stream.path], entry.stream === stream else { return }
            if entry.interest > 1 {
                entries[stream.path]?.interest = entry.interest - 1
            } else {
                entries[stream.path] = nil
            }
        }
    }
}
