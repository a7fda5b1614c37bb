import EndpointCore
import MediaModel
import NIOCore

/// What later questions about sessions need of when they were let in: the names that they asked for, and the parameters
/// that they came with.
///
/// A value without a clock.
struct AdmittedSessions: Sendable {
    /// Names that clients asked for and did not get, kept until their sessions are over: 10,000.
    private static let mostRenames = 10_000
    /// Sessions whose parameters are kept for later questions: 50,000.
    private static let mostPlaces = 50_000
    /// Bytes that their parameters may take in memory: 32 MiB, some 600 for each.
    ///
    /// Later questions about sessions for which there was no room carry none.
    static let mostBytes = 32 << 20
    /// Bytes that a parameter takes besides its name and its value: the two of them by themselves.
    private static let bytesOfParameter = 32
    /// How long a session may take to begin after it was let in, before its parameters are forgotten.
    private static let beginning = TimeAmount.seconds(60)

    /// Something that a session does.
    struct Place: Hashable {
        var session: String
        var act: HookQuestion.Act
        var path: StreamPath

        init?(session: String?, act: HookQuestion.Act, path: StreamPath) {
            guard let session, !session.isEmpty else { return nil }
            self.session = session
            self.act = act
            self.path = path
        }

        init?(_ entry: SessionDirectory.Entry) {
            self.init(
                session: entry.client?.session, act: entry.role == .publisher ? .publish : .play, path: entry.path)
        }
    }

    private var renames: [String: (asked: String, given: StreamPath)] = [:]
    private var parameters: [Place: Parameters] = [:]
    /// Bytes that all kept parameters take.
    private(set) var byteCount = 0

    private struct Parameters {
        var query: [(name: String, value: String)]
        var since: NIODeadline
        var byteCount: Int
    }

    // MARK: Names

    /// Notes that a session asked for `asked` and got another name.
    mutating func noteRename(of session: String, asked: String, given: StreamPath) {
        if renames.count >= Self.mostRenames { renames = [:] }
        renames[session] = (asked, given)
    }

    /// The name that a session asked for, where it got this one instead.
    func askedName(of session: String, for path: StreamPath) -> String? {
        renames[session].flatMap { $0.given == path ? $0.asked : nil }
    }

    mutating func forgetNames(of session: String) {
        renames[session] = nil
    }

    // MARK: Parameters

    /// Whether parameters of a place can be kept, and are not yet.
    func hasRoom(for place: Place) -> Bool {
        parameters[place] == nil && parameters.count < Self.mostPlaces && byteCount < Self.mostBytes
    }

    /// Keeps the parameters of a place, where there is room for them; none that are longer than hooks are told.
    mutating func keep(_ query: [(name: String, value: String)], of place: Place, now: NIODeadline) {
        let length = HookQuery.byteCount(query)
        let size = length + query.count * Self.bytesOfParameter
        guard hasRoom(for: place), length <= HookQuery.mostBytes, size <= Self.mostBytes - byteCount else { return }
        parameters[place] = Parameters(query: query, since: now, byteCount: size)
        byteCount += size
    }

    func query(of place: Place) -> [(name: String, value: String)] {
        parameters[place]?.query ?? []
    }

    mutating func forgetParameters(of place: Place) {
        guard let forgotten = parameters.removeValue(forKey: place) else { return }
        byteCount -= forgotten.byteCount
    }

    /// Forgets the parameters of all other sessions, but of those that may still begin.
    mutating func forgetParameters(except present: Set<Place>, now: NIODeadline) {
        let before = now - Self.beginning
        parameters = parameters.filter { present.contains($0.key) || $0.value.since > before }
        byteCount = parameters.values.reduce(0) { $0 + $1.byteCount }
    }

    var keepsParameters: Bool { !parameters.isEmpty }
}
