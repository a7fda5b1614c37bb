import MediaModel
import NIOCore

/// Who plays which stream by playlists, by when they last asked.
///
/// A value without a clock. A viewer is there from its first request until it has asked for nothing for as long as its
/// session lasts; whoever is due is found without looking at the others.
struct ViewerTable {
    /// Most viewers that are told apart.
    ///
    /// Default 100,000: 20 MB. Who comes beyond them is served and not counted.
    static let most = 100_000

    /// One viewer of one stream in one form.
    struct Key: Hashable, Sendable {
        let path: StreamPath
        let form: PlaylistForm
        let viewer: ViewerIdentity
    }

    /// What is known of a viewer.
    struct Session: Sendable {
        let since: NIODeadline
        let address: String
        fileprivate(set) var requests: Int
        /// Whether the operator has ended it; then it is refused until it has not asked for a while.
        fileprivate(set) var isEnded = false
        fileprivate var dueAt: NIODeadline
    }

    /// What became of a request.
    enum Outcome: Equatable {
        /// A viewer has come.
        case opened
        /// It is still there.
        case known
        /// It was ended, and asks again all the same.
        case refused
        /// There are too many.
        case uncounted
    }

    private var sessions: [Key: Session] = [:]
    /// Whom to look at in which second; some have asked again in the meantime.
    private var due: [Int64: [Key]] = [:]

    var count: Int { sessions.count }

    /// Takes note of a request, after which the viewer's session lasts for `lifetime`, or as long as an earlier one said.
    mutating func note(_ key: Key, address: String, lifetime: TimeAmount, now: NIODeadline) -> Outcome {
        let dueAt = now + lifetime
        if let known = sessions[key] {
            sessions[key]?.requests &+= 1
            sessions[key]?.dueAt = max(dueAt, known.dueAt)
            return known.isEnded ? .refused : .known
        }
        guard sessions.count < Self.most else { return .uncounted }
        sessions[key] = Session(since: now, address: address, requests: 1, dueAt: dueAt)
        remember(key, until: dueAt)
        return .opened
    }

    /// What is known of a viewer; `nil` for one who is gone.
    func session(_ key: Key) -> Session? { sessions[key] }

    /// Refuses a viewer until it gives up.
    mutating func end(_ key: Key) {
        sessions[key]?.isEnded = true
    }

    private mutating func remember(_ key: Key, until time: NIODeadline) {
        due[Self.second(of: time), default: []].append(key)
    }

    /// Removes and returns those whose sessions are over at `now`.
    mutating func takeDue(now: NIODeadline) -> [(key: Key, session: Session)] {
        var over: [(key: Key, session: Session)] = []
        let last = Self.second(of: now)
        for second in due.keys.filter({ $0 < last }).sorted() {
            for key in due.removeValue(forKey: second) ?? [] {
                guard let session = sessions[key] else { continue }
                if session.dueAt <= now {
                    sessions[key] = nil
                    over.append((key, session))
                } else {
                    remember(key, until: session.dueAt)
                }
            }
        }
        return over
    }

    private static func second(of time: NIODeadline) -> Int64 {
        Int64(clamping: time.uptimeNanoseconds / 1_000_000_000)
    }
}

/// The forms of playing by playlists that are counted apart.
enum PlaylistForm: String, Hashable, Sendable, CaseIterable {
    case hls, dash
}
