import EndpointCore
import FLV
import MediaModel
import NIOCore
import RTMPEndpoint
import RTMPSession

/// A publish that moves where the server asks it to (Enhanced RTMP v2, reconnect request): the new connection is made
/// while the old one goes on, and takes over at a sync frame.
actor FollowingPublisher {
    /// How long the place that a server names may refuse: a program that is restarted is away for a moment.
    private static let patience = Duration.seconds(30)
    /// Descriptions that are sent again to another server; a file has one or two for each track.
    private static let mostDescriptions = 64

    /// An accepted publish on one connection.
    private struct Place {
        let client: RTMPClient
        let messageStreamID: UInt32
    }

    private var place: Place
    private let security: (any ClientSecurity)?
    /// Where it goes on with the next sync frame.
    private var nextPlace: Place?
    /// Of the place, and of the next one if there is one.
    private var watches: [Task<Void, Never>] = []
    private var ending: String?
    /// What a server must know before frames: metadata and sequence headers, in order.
    private var descriptions: [FLVTag] = []

    /// Connects, and publishes.
    ///
    /// - Throws: `CommandFailure`, and `CancellationError`.
    static func begin(at url: RTMPURL, security: (any ClientSecurity)?) async throws -> FollowingPublisher {
        let (place, events) = try await publish(to: url, security: security)
        let publisher = FollowingPublisher(place, security: security)
        await publisher.watch(place, events)
        return publisher
    }

    private init(_ place: Place, security: (any ClientSecurity)?) {
        self.place = place
        self.security = security
    }

    /// Sends a tag to the server of the moment.
    ///
    /// - Throws: `CommandFailure` when the connection is gone.
    func send(_ tag: FLVTag, at timestamp: UInt32) async throws {
        if isDescription(tag) { remember(tag) }
        do {
            if nextPlace != nil, isSyncFrame(tag) { try await move(at: timestamp) }
            try await place.client.send([media(tag, timestamp)])
        } catch {
            throw CommandFailure("publishing ended: \(ending ?? "the server closed the connection")")
        }
    }

    /// Ends the publish in good order.
    func end() async {
        for watch in watches { watch.cancel() }
        await leave(place)
        if let nextPlace { await leave(nextPlace) }
    }

    // MARK: Moving

    private func move(at timestamp: UInt32) async throws {
        guard let nextPlace else { return }
        self.nextPlace = nil
        let old = place
        place = nextPlace
        watches.removeFirst().cancel()
        try await place.client.send(descriptions.map { media($0, timestamp) })
        await leave(old)
    }

    private func leave(_ place: Place) async {
        place.client.perform(.deleteStream(messageStreamID: place.messageStreamID))
        await place.client.close()
    }

    /// From here on the server says something only when it ends the publish, or wants it elsewhere.
    private func watch(_ place: Place, _ events: AsyncStream<RTMPClientSession.Event>) {
        watches.append(
            Task { [weak self] in
                for await event in events {
                    switch event {
                    case .failed(let code, let description): await self?.note("\(code): \(description)")
                    case .reconnectRequested(let target, _): await self?.prepareMove(to: target)
                    default: continue
                    }
                }
            })
    }

    private func note(_ ending: String) {
        self.ending = ending
    }

    private func prepareMove(to target: RTMPURL) async {
        let deadline = ContinuousClock.now + Self.patience
        while nextPlace == nil, ContinuousClock.now < deadline, !Task.isCancelled {
            if let (next, events) = try? await Self.publish(to: target, security: security) {
                nextPlace = next
                watch(next, events)
                return
            }
            // The server that asked goes on serving, so there is time.
            guard (try? await Task.sleep(for: .milliseconds(200))) != nil else { return }
        }
    }

    private static func publish(
        to url: RTMPURL, security: (any ClientSecurity)?
    ) async throws -> (Place, AsyncStream<RTMPClientSession.Event>) {
        let client = try await RTMPClient.connect(to: url, security: security)
        client.perform(.publish(name: url.streamName))
        var isConnected = false
        for await event in client.events {
            switch event {
            case .connected:
                isConnected = true
            case .publishStarted(let messageStreamID):
                return (Place(client: client, messageStreamID: messageStreamID), client.events)
            case .failed(let code, let description):
                await client.abandon()
                throw CommandFailure("refused, \(code): \(description)")
            default: continue
            }
        }
        await client.close()
        try Task.checkCancellation()
        guard isConnected else { throw CommandSubject.rtmp(url).silence }
        throw CommandFailure("the server closed the connection before the publish began")
    }

    // MARK: Tags

    private func media(_ tag: FLVTag, _ timestamp: UInt32) -> RTMPMedia {
        RTMPMedia(
            kind: tag.type.mediaKind, timestamp: timestamp, messageStreamID: place.messageStreamID, payload: tag.body)
    }

    private func remember(_ tag: FLVTag) {
        guard descriptions.count < Self.mostDescriptions, !descriptions.contains(where: { $0.body == tag.body }) else {
            return
        }
        descriptions.append(tag)
    }

    private func isDescription(_ tag: FLVTag) -> Bool {
        switch tag.type {
        case .video: FLVTagPurpose(video: tag.body) == .description
        case .audio: FLVTagPurpose(audio: tag.body) == .description
        case .scriptData: isMetadata(tag)
        }
    }

    /// Other data belong to their moment, and are not said twice.
    private func isMetadata(_ tag: FLVTag) -> Bool {
        var demuxer = FLVDemuxer()
        var elements: [StreamElement] = []
        demuxer.demux(
            type: tag.type, timestampMilliseconds: tag.timestampMilliseconds, body: tag.body, into: &elements)
        return elements.contains { if case .metadata = $0 { true } else { false } }
    }

    /// Sound alone has no better place than any.
    private func isSyncFrame(_ tag: FLVTag) -> Bool {
        switch tag.type {
        case .video: FLVTagPurpose(video: tag.body) == .syncFrame
        case .audio: !descriptions.contains { $0.type == .video } && FLVTagPurpose(audio: tag.body) == .syncFrame
        case .scriptData: false
        }
    }
}

extension FLVTagType {
    var mediaKind: RTMPMedia.Kind {
        switch self {
        case .audio: .audio
        case .video: .video
        case .scriptData: .data
        }
    }
}
