import ISOBMFF
import M3U8
import NIOCore
import NIOPosix

/// A player of HLS, of one rendition on one connection: a request that waits for a part must not hold up another
/// rendition.
///
/// The first reads the multivariant playlist, takes its first variant, and begins another for the sound that goes with
/// it where that is apart.
final class HLSPlayer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What was asked for and has not been answered.
    private enum Errand {
        case firstPlaylist
        case playlist(isHeld: Bool)
        case piece(PlaylistFollower.Piece)
    }

    private var url: HTTPAddress
    private let number: Int
    private let audience: Audience
    private let habit: ReadingHabit
    private var receiver: FrameReceiver
    private let startedAt: NIODeadline

    private var reader = HTTPAnswerReader()
    private var follower: PlaylistFollower
    private var counted = PlaylistFollower.Tally()
    private var errand: Errand?
    private var requestedAt: UInt64 = 0
    private var initialization: InitializationSegment?
    private var last: SegmentContents?
    private var timer: Scheduled<Void>?
    private var reason: String?

    /// Makes a player; of two that follow each other in `number` one asks for parts before they are listed.
    init(url: HTTPAddress, number: Int, audience: Audience, habit: ReadingHabit, startedAt: NIODeadline) {
        self.url = url
        self.number = number
        self.audience = audience
        self.habit = habit
        self.startedAt = startedAt
        receiver = FrameReceiver(audience: audience, startedAt: startedAt.uptimeNanoseconds)
        follower = PlaylistFollower(takesHints: !number.isMultiple(of: 2))
    }

    func channelActive(context: ChannelHandlerContext) {
        errand = .firstPlaylist
        request(url, nil, context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        audience.tally.bytes += bytes.readableBytes
        reader.append(bytes)
        do throws(HTTPAnswerReader.Fault) {
            while let answer = try reader.next() { receive(answer, context) }
        } catch {
            close(context, because: "no HTTP: \(error)")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        audience.fail(reason ?? "closed by the server")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(context, because: "\(error)")
    }

    // MARK: Asking

    private func proceed(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now().uptimeNanoseconds
        let step = follower.next(at: now)
        countProgress()
        switch step {
        case .reload(let place):
            errand = .playlist(isHeld: place != nil)
            var address = url
            if let place {
                address = address.adding("_HLS_msn=\(place.segment)")
                if let part = place.part { address = address.adding("_HLS_part=\(part)") }
            }
            request(address, nil, context)
        case .fetch(let piece):
            guard let address = url.resolving(piece.uri) else {
                return close(context, because: "\(piece.uri) leads to another server")
            }
            errand = .piece(piece)
            request(address, piece.byteRange, context)
        case .wait(let until):
            timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(until)) {
                self.proceed(context)
            }
        case .end: close(context, because: "the stream ended")
        }
    }

    private func request(_ address: HTTPAddress, _ range: ByteRange?, _ context: ChannelHandlerContext) {
        requestedAt = NIODeadline.now().uptimeNanoseconds
        var head = "GET \(address.target) HTTP/1.1\r\nHost: \(address.host):\(address.port)\r\n"
        if let range {
            let start = range.offset ?? 0
            let end = range.length == .max ? "" : "\(start &+ range.length &- 1)"
            head += "Range: bytes=\(start)-\(end)\r\n"
        }
        head += "\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
    }

    // MARK: Being answered

    private func receive(_ answer: HTTPAnswerReader.Answer, _ context: ChannelHandlerContext) {
        let now = NIODeadline.now().uptimeNanoseconds
        guard let errand else { return close(context, because: "an answer that was not asked for") }
        self.errand = nil
        let isSuccess = answer.status == 200 || answer.status == 206
        count(errand, isSuccess: isSuccess, now: now)
        switch errand {
        case .firstPlaylist:
            guard isSuccess else { return close(context, because: "HTTP status \(answer.status)") }
            do throws(PlaylistFault) {
                try begin(answer.body, context)
            } catch {
                close(context, because: "\(error)")
            }
            return
        case .playlist:
            do throws(PlaylistFault) {
                guard isSuccess else { throw .missingHeader }
                let missed = follower.tally.missed
                follower.receive(try audience.archive.snapshot(of: answer.body, at: url.target))
                if follower.tally.missed > missed { beginAnew() }
            } catch {
                follower.playlistFailed(now: now)
            }
        case .piece(let piece):
            if isSuccess {
                follower.received(piece, now: now)
                take(piece, answer.body, now: now)
                habit.begin(on: context.channel)
            } else {
                follower.failed(piece)
                beginAnew()
            }
        }
        proceed(context)
    }

    /// What is missing now is counted as such, and not for each of its frames again.
    private func beginAnew() {
        receiver.forget()
        last = nil
    }

    private func begin(_ playlist: ByteBuffer, _ context: ChannelHandlerContext) throws(PlaylistFault) {
        let text = String(buffer: playlist)
        guard text.contains("#EXT-X-STREAM-INF") else {
            follower.receive(try audience.archive.snapshot(of: playlist, at: url.target))
            return proceed(context)
        }
        let all = try MultivariantPlaylist(text)
        guard let variant = all.variants.first, let address = url.resolving(variant.uri) else {
            return close(context, because: "no variant to be had")
        }
        let sounds = all.renditions.filter { $0.kind == .audio && $0.groupID == variant.audioGroup }
        if let sound = (sounds.first { $0.isDefault } ?? sounds.first)?.uri, let place = url.resolving(sound) {
            beginSound(at: place, on: context.eventLoop)
        }
        url = address
        proceed(context)
    }

    private func beginSound(at place: HTTPAddress, on eventLoop: any EventLoop) {
        let player = NIOLoopBound(
            HLSPlayer(url: place, number: number, audience: audience, habit: habit, startedAt: startedAt),
            eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 << 10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(player.value)
                }
            }
            .connect(host: place.host, port: place.port)
            .whenFailure { error in player.value.audience.fail("\(error)") }
    }

    // MARK: Looking inside

    private func take(_ piece: PlaylistFollower.Piece, _ bytes: ByteBuffer, now: UInt64) {
        guard piece.kind != .initialization else {
            initialization = try? InitializationSegment(reading: bytes)
            if initialization == nil { receiver.countDamage(1) }
            return
        }
        let range = piece.byteRange.map { "#\($0.offset ?? 0)" } ?? ""
        let contents = audience.archive.contents(
            of: bytes, at: (url.resolving(piece.uri)?.target ?? piece.uri) + range, initialization: initialization)
        if piece.isDiscontinuous {
            receiver.forget()
        } else if let last, !contents.continues(last) {
            audience.tally.requests.discontinuous += 1
        }
        last = contents
        receiver.countDamage(contents.damaged)
        for frame in contents.frames { receiver.receive(frame.kind, frame.stamp, now: now) }
    }

    // MARK: Counting

    private func count(_ errand: Errand, isSuccess: Bool, now: UInt64) {
        let took = now &- requestedAt
        audience.tally.requests.answered += 1
        guard isSuccess else {
            audience.tally.requests.refused += 1
            return
        }
        switch errand {
        // The first waits where the stream has no segment yet.
        case .firstPlaylist: break
        case .playlist(isHeld: false): audience.tally.requests.playlists.add(took)
        case .playlist(isHeld: true): audience.tally.requests.held.add(took)
        case .piece(let piece):
            if piece.kind == .hintedPart {
                audience.tally.requests.held.add(took)
            } else {
                audience.tally.requests.media.add(took)
            }
        }
    }

    private func countProgress() {
        audience.progress.following.add(follower.tally.since(counted))
        counted = follower.tally
    }

    private func close(_ context: ChannelHandlerContext, because reason: String) {
        if self.reason == nil { self.reason = reason }
        countProgress()
        context.close(promise: nil)
    }
}
