import NIOConcurrencyHelpers
import NIOCore
import SegmentPackaging

/// What players fetch of one stream in one form of HLS: a set of named resources, in memory.
///
/// The packager's events change it on the stream's home loop; requests read it from anywhere. The lock is taken once for
/// each request and once for each finished part or segment, never per frame.
final class HLSBroadcast: Sendable {
    /// Most requests that wait for something of a stream.
    ///
    /// Default 32,768: 8,000 players, each for the next playlist and the next part of pictures and of sound. One more is
    /// told to try again.
    static let mostWaiting = 32_768

    /// What a request can wait for.
    enum Awaited: Hashable, Sendable {
        /// The first multivariant playlist.
        case anything
        /// A Media Playlist that has come so far.
        case playlist(name: String, PlaylistPlace)
        /// A part that a playlist has announced.
        case part(name: String)
    }

    /// How waiting ended.
    enum Waiting: Sendable {
        /// It is there, or will never be.
        case over
        /// The limit of time was reached.
        case timedOut
        /// Too many wait already.
        case refused
    }

    fileprivate struct State {
        var resources: [String: PackagedResource] = [:]
        /// How far the playlists with parts have come, by name.
        var edges: [String: PlaylistEdge] = [:]
        var playlists: [PlaylistKey: SharedPlaylist] = [:]
        var multivariant: PackagedResource?
        var waiting: [Awaited: [Int: EventLoopPromise<Waiting>]] = [:]
        var waitingCount = 0
        var waitCount = 0
        var isEnded = false
        var targetDuration: Int?
    }

    /// A playlist, whole or with what a player has left out.
    fileprivate struct PlaylistKey: Hashable {
        var name: String
        var isDelta: Bool
    }

    private let state = NIOLockedValueBox(State())
    private let mostWaiting: Int
    /// The segments that can be fetched while they are made.
    let growing = GrowingSegments()

    init(mostWaiting: Int = HLSBroadcast.mostWaiting) {
        self.mostWaiting = mostWaiting
    }

    /// The multivariant playlist, once there is one.
    var multivariantPlaylist: PackagedResource? { state.withLockedValue { $0.multivariant } }

    /// The resource of a name.
    func resource(_ name: String) -> PackagedResource? {
        state.withLockedValue { $0.resources[name] }
    }

    /// The present state of a playlist or manifest, shared by all who ask.
    ///
    /// - Parameter isDelta: whether segments may be left out that the player has.
    func playlist(_ name: String, isDelta: Bool = false) -> SharedPlaylist? {
        state.withLockedValue { state in
            guard let resource = state.resources[name] else { return nil }
            let delta = isDelta ? resource.deltaUpdate : nil
            let key = PlaylistKey(name: name, isDelta: delta != nil)
            if let known = state.playlists[key] { return known }
            let made = SharedPlaylist(delta ?? resource.pieces)
            state.playlists[key] = made
            return made
        }
    }

    /// The target duration of all playlists in seconds; `nil` before the first segment.
    var targetDuration: Int? { state.withLockedValue { $0.targetDuration } }

    /// Whether it is over, and has nothing that anybody could fetch.
    var leavesNothing: Bool { state.withLockedValue { $0.isEnded && $0.resources.isEmpty } }

    /// Brings the packager's news to the players.
    func apply(_ events: [PackagingEvent], targetDuration: Int? = nil) {
        let woken = state.withLockedValue { state in
            if let targetDuration { state.targetDuration = targetDuration }
            for event in events {
                switch event {
                case .resourceReady(let resource):
                    state.resources[resource.name] = resource
                    if !resource.isImmutable { state.forgetPlaylists(of: resource.name) }
                    if let edge = resource.edge { state.edges[resource.name] = edge }
                    if resource.kind == .multivariantPlaylist { state.multivariant = resource }
                case .resourceRemoved(let name):
                    if state.resources[name]?.isImmutable == false { state.forgetPlaylists(of: name) }
                    state.resources[name] = nil
                    state.edges[name] = nil
                case .segmentExtended, .segmentAbandoned, .trackOmitted, .segmentForced:
                    break
                }
            }
            return state.takeWaiting { $0.isThere($1) }
        }
        for promise in woken { promise.succeed(.over) }
        // What became whole is to be had by now.
        growing.apply(events)
    }

    /// Nothing will be added.
    func end() {
        growing.end()
        let woken = state.withLockedValue { state in
            state.isEnded = true
            return state.takeWaiting { _, _ in true }
        }
        for promise in woken { promise.succeed(.over) }
    }
}

// MARK: Waiting

extension HLSBroadcast {
    /// How many requests wait.
    var waitingCount: Int { state.withLockedValue { $0.waitingCount } }

    /// Whether a playlist says that a part of this name will come.
    func isAnnounced(part name: String) -> Bool { state.withLockedValue { !$0.isEnded && $0.isAnnounced(name) } }

    /// How far one of the playlists has come; `nil` where there are no parts.
    var anyEdge: PlaylistEdge? { state.withLockedValue { $0.edges.values.first } }

    /// Returns when what is awaited is there or will never be, when the stream has ended, or when `limit` is over.
    func wait(for awaited: Awaited, on eventLoop: any EventLoop, limit: TimeAmount) async -> Waiting {
        let waiting: (place: Int, ready: EventLoopPromise<Waiting>)?
        let isRefused: Bool
        (waiting, isRefused) = state.withLockedValue { state in
            if state.isEnded || state.isThere(awaited) { return (nil, false) }
            guard state.waitingCount < mostWaiting else { return (nil, true) }
            let ready = eventLoop.makePromise(of: Waiting.self)
            state.waitCount += 1
            state.waitingCount += 1
            state.waiting[awaited, default: [:]][state.waitCount] = ready
            return ((state.waitCount, ready), false)
        }
        guard let (place, ready) = waiting else { return isRefused ? .refused : .over }
        let timeout = eventLoop.scheduleTask(in: limit) { [state] in
            state.withLockedValue { $0.leave(place, awaited) }?.succeed(.timedOut)
        }
        defer { timeout.cancel() }
        return (try? await ready.futureResult.get()) ?? .over
    }
}

extension HLSBroadcast.State {
    fileprivate func isThere(_ awaited: HLSBroadcast.Awaited) -> Bool {
        switch awaited {
        case .anything: multivariant != nil
        case .playlist(let name, let place): edges[name].map { $0.hasReached(place) } ?? true
        case .part(let name): resources[name] != nil || !isAnnounced(name)
        }
    }

    fileprivate func isAnnounced(_ name: String) -> Bool { edges.values.contains { $0.hint == name } }

    fileprivate mutating func forgetPlaylists(of name: String) {
        for isDelta in [false, true] { playlists[.init(name: name, isDelta: isDelta)] = nil }
    }

    fileprivate mutating func takeWaiting(
        where isOver: (Self, HLSBroadcast.Awaited) -> Bool
    ) -> [EventLoopPromise<HLSBroadcast.Waiting>] {
        guard !waiting.isEmpty else { return [] }
        var taken: [EventLoopPromise<HLSBroadcast.Waiting>] = []
        for awaited in waiting.keys where isOver(self, awaited) {
            taken += (waiting.removeValue(forKey: awaited) ?? [:]).values
        }
        waitingCount -= taken.count
        return taken
    }

    fileprivate mutating func leave(
        _ place: Int, _ awaited: HLSBroadcast.Awaited
    ) -> EventLoopPromise<HLSBroadcast.Waiting>? {
        guard let promise = waiting[awaited]?.removeValue(forKey: place) else { return nil }
        if waiting[awaited]?.isEmpty == true { waiting[awaited] = nil }
        waitingCount -= 1
        return promise
    }
}
