import NIOConcurrencyHelpers
import NIOCore
import SegmentPackaging

/// What players fetch of one stream in one form of HLS: a set of named resources, in memory.
///
/// The packager's events change it on the stream's home loop; requests read it from anywhere. The lock is taken once for
/// each request and once for each finished segment, never per frame.
final class HLSBroadcast: Sendable {
    /// Most requests that wait for a stream's first segment.
    ///
    /// Default 4,096; one more is told to try again.
    static let mostWaiting = 4_096

    private struct State {
        var resources: [String: PackagedResource] = [:]
        var compressed: [String: ByteBuffer] = [:]
        var multivariant: PackagedResource?
        var waiting: [Int: EventLoopPromise<Void>] = [:]
        var waitCount = 0
        var isEnded = false

        mutating func takeWaiting() -> [EventLoopPromise<Void>] {
            defer { waiting = [:] }
            return Array(waiting.values)
        }
    }

    private let state = NIOLockedValueBox(State())

    /// The multivariant playlist, once there is one.
    var multivariantPlaylist: PackagedResource? { state.withLockedValue { $0.multivariant } }

    /// The resource of a name.
    func resource(_ name: String) -> PackagedResource? {
        state.withLockedValue { $0.resources[name] }
    }

    /// The gzip form of a playlist's present state, made when it is first asked for.
    func compressed(_ resource: PackagedResource) -> ByteBuffer? {
        if let known = state.withLockedValue({ $0.compressed[resource.name] }) { return known }
        guard let made = Gzip.compress(resource.bytes) else { return nil }
        state.withLockedValue { state in
            if state.resources[resource.name]?.bytes == resource.bytes { state.compressed[resource.name] = made }
        }
        return made
    }

    /// How many requests wait for the first segment.
    var waitingCount: Int { state.withLockedValue { $0.waiting.count } }

    /// Returns when there is a multivariant playlist, when the stream has ended without, or when `limit` is over.
    func waitForPlaylist(on eventLoop: any EventLoop, limit: TimeAmount) async {
        let waiting: (place: Int, ready: EventLoopPromise<Void>)? = state.withLockedValue { state in
            guard state.multivariant == nil, !state.isEnded, state.waiting.count < Self.mostWaiting else {
                return nil
            }
            let ready = eventLoop.makePromise(of: Void.self)
            state.waitCount += 1
            state.waiting[state.waitCount] = ready
            return (state.waitCount, ready)
        }
        guard let (place, ready) = waiting else { return }
        let timeout = eventLoop.scheduleTask(in: limit) { [state] in
            state.withLockedValue { $0.waiting.removeValue(forKey: place) }?.succeed(())
        }
        try? await ready.futureResult.get()
        timeout.cancel()
    }

    /// Brings the packager's news to the players.
    func apply(_ events: [PackagingEvent]) {
        let woken = state.withLockedValue { state in
            for event in events {
                switch event {
                case .resourceReady(let resource):
                    state.resources[resource.name] = resource
                    state.compressed[resource.name] = nil
                    if resource.kind == .multivariantPlaylist { state.multivariant = resource }
                case .resourceRemoved(let name):
                    state.resources[name] = nil
                    state.compressed[name] = nil
                case .trackOmitted, .segmentForced:
                    break
                }
            }
            return state.multivariant == nil ? [] : state.takeWaiting()
        }
        for promise in woken { promise.succeed(()) }
    }

    /// Nothing will be added.
    func end() {
        let woken = state.withLockedValue { state in
            state.isEnded = true
            return state.takeWaiting()
        }
        for promise in woken { promise.succeed(()) }
    }
}
