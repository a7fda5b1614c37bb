import EndpointCore
import FLV
import MediaModel
import Metrics
import NIOCore
import RTMPSession
import StreamHub

/// A stream that a connection plays.
final class Playback {
    /// How long a player is left to read that the stream ended, before the connection is closed.
    ///
    /// FFmpeg and VLC end by themselves; older players hang.
    private static let farewell = TimeAmount.seconds(2)

    /// How long a live stream may take to say so: it has to be asked on its event loop.
    private static let attachment = TimeAmount.seconds(5)

    let requestID: RTMPRequestID
    unowned let connection: RTMPConnection
    /// The connection's own; asking the connection for it would cost more than handing it a batch does.
    private let transport: (any RTMPTransport)?
    /// Whether the bytes that all viewers share are encrypted for this one.
    private let isEncrypted: Bool
    private let path: StreamPath
    let messageStreamID: UInt32
    private(set) var viewer: Viewer?
    private(set) var isPaused = false
    private var sessionNumber: UInt64?
    private var timer: Scheduled<Void>?
    private(set) var filter: MessageFilter

    /// Tracks that the client was told it does not get.
    private(set) var omitted: [OmittedTrack<FLVOmission>] = []

    private enum Phase {
        /// The publisher has not come yet, and the client has had no answer.
        case waiting
        case playing
        /// The publisher is gone for good, and another may still come.
        case ended
    }

    private var phase = Phase.waiting
    var hasEnded: Bool { phase == .ended }
    /// Whether the client was told that it plays.
    var hasBegun: Bool { phase != .waiting }

    init(connection: RTMPConnection, request: PlayRequest, path: StreamPath) {
        self.connection = connection
        transport = connection.transport
        isEncrypted = connection.isEncrypted
        self.path = path
        requestID = request.id
        messageStreamID = request.messageStreamID
        filter = MessageFilter(chunkSize: connection.chunkSize)
    }

    /// Attaches to the stream; when it does not become live within `limit`, the client is told that there is none.
    func begin(waitingFor limit: TimeAmount) {
        attach()
        // A live stream answers soon; no wait for its publisher must be shorter than that.
        let isLive = connection.endpoint.registry.isLive(path)
        schedule(in: isLive ? max(limit, Self.attachment) : limit) { playback in
            guard playback.phase == .waiting else { return }
            playback.connection.metrics.refusals.increment()
            playback.connection.note(reason: "\(playback.path) is not live")
            playback.connection.perform(
                .rejectPlay(
                    playback.requestID, code: .playStreamNotFound, description: "\(playback.path) is not live"))
        }
    }

    func setPaused(_ paused: Bool) {
        isPaused = paused
        viewer?.setPaused(paused)
    }

    /// Goes on at the next sync frame, for the player has thrown away what came before.
    func startAnew() {
        guard !isPaused else { return }
        viewer?.setPaused(true)
        viewer?.setPaused(false)
    }

    func want(audio: Bool? = nil, video: Bool? = nil) {
        if let audio { filter.wantsAudio = audio }
        if let video { filter.wantsVideo = video }
        viewer?.leaveDirectPath()
    }

    func drained() {
        viewer?.drained()
    }

    func leave() {
        timer?.cancel()
        detach()
    }

    private func attach() {
        guard let eventLoop = connection.transport?.eventLoop else { return }
        let format = RTMPFormat(
            messageStreamID: messageStreamID, chunkSize: connection.chunkSize,
            capabilities: connection.receiver)
        viewer = connection.endpoint.registry.subscribe(path, format: format, sink: self, on: eventLoop)
        sessionNumber = connection.enter(self, .player, path)
    }

    private func detach() {
        guard let viewer else { return }
        // While it can still tell what it has carried.
        connection.leave(sessionNumber)
        self.viewer = nil
        viewer.detach()
        connection.tally.framesSent += viewer.tally.frames - filter.leftOutFrames
        connection.tally.framesLost += viewer.tally.lostFrames
    }

    private func schedule(in limit: TimeAmount, _ body: @escaping (Playback) -> Void) {
        guard let eventLoop = connection.transport?.eventLoop else { return }
        timer?.cancel()
        timer = eventLoop.assumeIsolated().scheduleTask(in: limit) { body(self) }
    }
}

extension Playback: ViewerSink {
    func streamStarted() {
        timer?.cancel()
        switch phase {
        case .waiting:
            connection.logOpening("player", "\(path)")
            connection.perform(.acceptPlay(requestID))
        case .ended:
            connection.perform(.notifyPublish(messageStreamID: messageStreamID))
        case .playing:
            break
        }
        phase = .playing
    }

    func tracksInForce(_ tracks: [Track]) {
        let omitted = FLVMuxer(capabilities: connection.receiver).omitted(tracks)
        guard omitted != self.omitted else { return }
        self.omitted = omitted
        guard !omitted.isEmpty else { return }
        let description = omitted.map(\.description).joined(separator: "; ")
        connection.logOmission(description)
        connection.perform(
            .sendStatus(
                messageStreamID: messageStreamID,
                code: omitted.count == tracks.count ? .playNoSupportedTrackFound : .playTracksOmitted,
                description: "Not sent: \(description)."))
    }

    func write(_ bytes: ByteBuffer) -> Bool {
        guard let transport else { return true }
        let wanted = filter.passesEverything ? bytes : filter.wanted(of: bytes)
        if wanted.readableBytes == 0 { return true }
        return isEncrypted ? connection.writeEncrypted(wanted) : transport.write(wanted)
    }

    var directPath: DirectPath? { filter.passesEverything && !isEncrypted ? transport?.directPath : nil }

    func sentDirectly(_ bytes: Int) {
        transport?.countSent(bytes)
    }

    func streamEnded(_ ending: StreamEnding) {
        phase = .ended
        connection.perform(.notifyUnpublish(messageStreamID: messageStreamID))
        schedule(in: Self.farewell) { $0.connection.closeAfterPlaybacks() }
    }

    func fellBehind() {
        connection.note(reason: "the viewer took nothing for too long")
        transport?.close()
    }
}
