/// The message streams that a client has opened (RTMP 1.0 §7.2.1.3).
///
/// Ids begin at 1 and are used again once free, so that nearly every play is on message stream 1 and can be sent the
/// same bytes as the others. Message stream 0 is the connection's own; some encoders publish on it.
struct ServerMessageStreams: Sendable {
    private(set) var all: [ServerMessageStream] = [] {
        didSet {
            publishing = all.filter(\.isPublishing).map(\.id)
            onlyPublishing = publishing.count == 1 ? publishing[0] : nil
        }
    }
    /// Those with an accepted publish.
    private var publishing: [UInt32] = []
    /// The only one of them, if there is but one, ready for the look-up that each media message needs.
    private var onlyPublishing: UInt32?
    /// Whether a publish was accepted before: media that is still on its way when it ends is no fault.
    private(set) var hasPublished = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    subscript(id: UInt32) -> ServerMessageStream.Role? {
        get { all.first { $0.id == id }?.role }
        set {
            guard let index = all.firstIndex(where: { $0.id == id }), let newValue else { return }
            all[index].role = newValue
            if case .publishing = newValue { hasPublished = true }
        }
    }

    /// Opens a message stream with the smallest free id; `nil` when there are as many as there may be.
    mutating func open() -> UInt32? {
        guard all.count < limit else { return nil }
        var id: UInt32 = 1
        while all.contains(where: { $0.id == id }) { id += 1 }
        all.append(ServerMessageStream(id: id))
        return id
    }

    /// Opens message stream 0 for a client that publishes without `createStream`.
    mutating func openConnectionStream() {
        guard self[0] == nil, all.count < limit else { return }
        all.append(ServerMessageStream(id: 0))
    }

    mutating func delete(_ id: UInt32) {
        all.removeAll { $0.id == id }
    }

    // MARK: Who does what

    var isPublishing: Bool { onlyPublishing != nil || !publishing.isEmpty }

    var firstPublishing: UInt32? { publishing.first }

    /// Whether no message stream is used or asked for.
    var isIdle: Bool { all.allSatisfy { $0.isIdle } }

    /// The publish that media on message stream `id` belongs to: that stream's, or the only one there is.
    ///
    /// Some embedded encoders send their media on message stream 0 or on one that they invented.
    func publisher(for id: UInt32) -> UInt32? {
        onlyPublishing ?? (publishing.contains(id) ? id : nil)
    }

    /// The requested publish that media on message stream `id` will belong to, found in the same way.
    func requestedPublisher(for id: UInt32) -> UInt32? {
        let requested = all.filter { if case .publishRequested = $0.role { true } else { false } }
        return requested.first { $0.id == id }?.id ?? (requested.count == 1 ? requested[0].id : nil)
    }

    /// The publish, accepted or requested, that goes by `name`, otherwise the only one.
    func publisher(named name: String) -> UInt32? {
        let publishers = all.compactMap { stream in stream.publishingName.map { (id: stream.id, name: $0) } }
        return publishers.first { $0.name == name }?.id ?? (publishers.count == 1 ? publishers[0].id : nil)
    }

    /// The message stream in use that a command on `id` is about: that one, or for 0 the only one.
    func inUse(_ id: UInt32) -> UInt32? {
        let used = all.filter { !$0.isIdle }
        if let exact = used.first(where: { $0.id == id }) { return exact.id }
        return id == 0 && used.count == 1 ? used[0].id : nil
    }

    /// The message stream on which a publish with this request id waits.
    func publishRequest(_ id: RTMPRequestID) -> (PublishRequest, EarlyMedia)? {
        for case .publishRequested(let request, let early) in all.map(\.role) where request.id == id {
            return (request, early)
        }
        return nil
    }

    /// The message stream on which a play with this request id waits.
    func playRequest(_ id: RTMPRequestID) -> PlayRequest? {
        for case .playRequested(let request) in all.map(\.role) where request.id == id { return request }
        return nil
    }
}

/// A message stream and what it is used for.
struct ServerMessageStream: Sendable {
    enum Role: Sendable {
        /// Opened, or given up by `closeStream`.
        case idle
        /// Waits for the owner's answer; headers that come early are kept.
        case publishRequested(PublishRequest, EarlyMedia)
        case publishing(rawName: String)
        /// Waits for the owner's answer.
        case playRequested(PlayRequest)
        case playing(Playing)
    }

    /// An accepted play.
    struct Playing: Sendable {
        var isPaused = false
        var wantsAudio = true
        var wantsVideo = true
    }

    let id: UInt32
    var role = Role.idle

    var isIdle: Bool {
        if case .idle = role { true } else { false }
    }

    var isPublishing: Bool {
        if case .publishing = role { true } else { false }
    }

    /// The name as it came, of an accepted or requested publish.
    var publishingName: String? {
        switch role {
        case .publishRequested(let request, _): request.rawName
        case .publishing(let rawName): rawName
        case .idle, .playRequested, .playing: nil
        }
    }
}
