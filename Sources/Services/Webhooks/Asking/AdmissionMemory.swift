import EndpointCore
import MediaModel
import NIOCore

/// Which viewers of playlists were let in, and which wishes were refused just now.
///
/// A value without a clock. Players ask for playlists and segments several times a second; a hook is asked about a viewer
/// once, and the viewer stays let in for as long as it keeps asking. Who comes with an id of its own, from the
/// multivariant playlist or a cache, is known by it; others by address, program and parameters. Files ride on what was
/// granted to their address, for as long as playlists are asked for from there: they do not say whose they are, and what
/// they made last by themselves would last for those too who are let in no more.
struct AdmissionMemory: Sendable {
    /// Entries at most: 100,000, some 20 MB.
    ///
    /// Beyond them the hook is asked more often.
    static let most = 100_000
    /// How long a refusal is remembered: 5 s, so that a player that tries and tries does not ask the hook each time.
    static let memoryOfRefusals = TimeAmount.seconds(5)
    /// How often entries that are over are sought: every 30 s.
    private static let pause = TimeAmount.seconds(30)
    /// How often they are sought while there is no room: every second.
    private static let pauseWhenFull = TimeAmount.seconds(1)

    enum Key: Hashable, Sendable {
        /// A viewer with an id of its own.
        case viewer(asked: StreamPath, session: String)
        /// A request by all that it says of itself.
        case request(asked: StreamPath, session: String, query: Int)
        /// Whoever asks for files of a stream from an address where somebody was let in to its playlists.
        case address(asked: StreamPath, address: String)
        /// A request for a file, where nobody was, by all that it says of itself.
        case file(asked: StreamPath, address: String, query: Int)

        /// Whether it lasts for as long as it is used.
        fileprivate var isViewer: Bool {
            switch self {
            case .viewer, .request: true
            case .address, .file: false
            }
        }
    }

    private struct Entry {
        var decision: StreamDecision
        var until: NIODeadline
        var isAllowed: Bool
    }

    private struct Viewer: Hashable {
        var asked: StreamPath
        var session: String
    }

    private let most: Int
    private let memoryOfRefusals: TimeAmount
    private var entries: [Key: Entry] = [:]
    /// With which parameters there are entries of viewers without an id.
    private var queries: [Viewer: [Int]] = [:]
    private var sweptAt = NIODeadline.uptimeNanoseconds(0)
    /// How often all entries were looked through for those that are over.
    private(set) var sweeps = 0

    init(most: Int = Self.most, memoryOfRefusals: TimeAmount = Self.memoryOfRefusals) {
        self.most = most
        self.memoryOfRefusals = memoryOfRefusals
    }

    var count: Int { entries.count }

    /// The keys by which a wish may be known, the surest first; none for one that is asked about each time.
    static func keys(of wish: StreamWish, path: StreamPath) -> [Key] {
        guard let client = wish.client else { return [] }
        return switch wish.occasion {
        case .session, .page: []
        case .playlist(isNamed: true): [.viewer(asked: path, session: client.session)]
        case .playlist(isNamed: false):
            [.request(asked: path, session: client.session, query: fingerprint(wish.query))]
        case .answer: [.request(asked: path, session: wish.peerAddress, query: fingerprint(wish.query))]
        case .file:
            [
                .address(asked: path, address: wish.peerAddress),
                .file(asked: path, address: wish.peerAddress, query: fingerprint(wish.query)),
            ]
        }
    }

    /// The key by which files are known to whoever is let in to a playlist; `nil` for what is no wish for one.
    static func keyOfFiles(for wish: StreamWish, path: StreamPath) -> Key? {
        guard case .playlist = wish.occasion else { return nil }
        return .address(asked: path, address: wish.peerAddress)
    }

    /// The key by which a session's wish is known when it comes again as one for an answer with an end; `nil` for
    /// protocols where it does not.
    static func keyOfAnswer(to wish: StreamWish, path: StreamPath) -> Key? {
        guard let client = wish.client, !client.transport.hasPrefix("rtmp") else { return nil }
        return .request(asked: path, session: wish.peerAddress, query: fingerprint(wish.query))
    }

    /// What was decided, where that still holds; a viewer that is let in stays so for `lifetime` from now on.
    ///
    /// - Parameter address: the key by which the viewer's files are known, which lasts as long as the viewer does;
    ///   `nil` for a wish that leads to none.
    mutating func decision(
        _ keys: [Key], address: Key?, now: NIODeadline, lifetime: TimeAmount
    ) -> StreamDecision? {
        for key in keys {
            guard let entry = entries[key], entry.until > now else { continue }
            if entry.isAllowed, key.isViewer {
                entries[key]?.until = now + lifetime
                if let address { remember(entry.decision, as: [address], now: now, lifetime: lifetime) }
            }
            return entry.decision
        }
        return nil
    }

    /// Takes note of a decision.
    mutating func remember(_ decision: StreamDecision, as keys: [Key], now: NIODeadline, lifetime: TimeAmount) {
        // To look through all of them takes milliseconds, which not every request of a crowd may cost.
        if now >= sweptAt + (entries.count >= most ? Self.pauseWhenFull : Self.pause) {
            entries = entries.filter { $0.value.until > now }
            queries = [:]
            for key in entries.keys { noteQuery(of: key) }
            sweptAt = now
            sweeps += 1
        }
        var isAllowed = false
        if case .allow = decision { isAllowed = true }
        let until = now + (isAllowed ? lifetime : memoryOfRefusals)
        for key in keys where entries.count < most || entries[key] != nil {
            // That one viewer is refused says nothing of the others at its address.
            if !isAllowed, case .address = key { continue }
            if entries[key] == nil { noteQuery(of: key) }
            entries[key] = Entry(decision: decision, until: until, isAllowed: isAllowed)
        }
    }

    /// Forgets that a viewer was let in, and that files ride on that at its address.
    ///
    /// Others who were let in from there bring the address back with the next playlist that they ask for.
    mutating func forget(_ session: String, asked: StreamPath, address: String) {
        entries[.address(asked: asked, address: address)] = nil
        entries[.viewer(asked: asked, session: session)] = nil
        for query in queries.removeValue(forKey: Viewer(asked: asked, session: session)) ?? [] {
            entries[.request(asked: asked, session: session, query: query)] = nil
        }
    }

    private mutating func noteQuery(of key: Key) {
        guard case .request(let asked, let session, let query) = key else { return }
        queries[Viewer(asked: asked, session: session), default: []].append(query)
    }

    /// What a player adds to addresses by itself is left out (Delivery Directives, CMCD).
    private static func fingerprint(_ query: [(name: String, value: String)]) -> Int {
        var hasher = Hasher()
        for (name, value) in query.sorted(by: { ($0.name, $0.value) < ($1.name, $1.value) })
        where !name.hasPrefix("_HLS_") && !["viewer", "ts", "width", "CMCD"].contains(name) {
            hasher.combine(name)
            hasher.combine(value)
        }
        return hasher.finalize()
    }
}
