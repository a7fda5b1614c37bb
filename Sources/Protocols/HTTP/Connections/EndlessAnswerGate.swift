import EndpointCore
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Takes a connection out of the HTTP server when a request asks for an answer without end.
///
/// It stands right behind the HTTP codec. Ordinary requests pass it untouched. For a live stream it removes the codec,
/// puts the viewer in its place, and swallows whatever the HTTP server behind it still says: from then on the
/// connection is a viewer like any other, with no task, no stream of chunks and no queue of its own. A stream of HTTP/2
/// keeps its codec, and the viewer writes into that.
final class EndlessAnswerGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What carries requests and answers here.
    enum Carriage: Sendable {
        /// A connection whose bytes go on the wire as they are.
        case plain
        /// A connection inside TLS.
        case encrypted
        /// A stream of HTTP/2.
        case stream
    }

    private enum Phase {
        /// Requests pass. The number counts those whose answers have not ended.
        case open(unanswered: Int)
        /// A request may become endless: it is held, with what follows, until those before it have their answers.
        case waiting([HTTPRequestPart], unanswered: Int)
        /// It is held until that is decided.
        case deciding([HTTPRequestPart])
        /// The connection is a viewer.
        case taken
    }

    /// Parts of requests that are held.
    ///
    /// A client that sends more before the answer is no player.
    private static let mostHeldParts = 16

    private let answers: EndlessAnswers
    private let connections: OpenConnections
    private let clients: ProxiedAddresses
    private let carriage: Carriage
    private var phase = Phase.open(unanswered: 0)

    init(
        _ answers: EndlessAnswers, _ connections: OpenConnections, _ clients: ProxiedAddresses, _ carriage: Carriage
    ) {
        self.answers = answers
        self.connections = connections
        self.clients = clients
        self.carriage = carriage
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // From here outwards: what the HTTP server says to a connection that was taken from it goes no further than here.
        let place = NIOLoopBound(context, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        connections.insert(context.channel) { eventLoop.execute { place.value.close(promise: nil) } }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .open(let unanswered):
            let part = unwrapInboundIn(data)
            if case .head(let request) = part {
                if let wanted = answers.wanted(by: request) {
                    phase = .waiting([part], unanswered: unanswered)
                    if unanswered == 0 { decide(wanted, request, context) }
                    return
                }
                phase = .open(unanswered: unanswered + 1)
            }
            context.fireChannelRead(data)
        case .waiting(let parts, let unanswered):
            guard parts.count < Self.mostHeldParts else { return context.close(promise: nil) }
            phase = .waiting(parts + [unwrapInboundIn(data)], unanswered: unanswered)
        case .deciding(let parts):
            guard parts.count < Self.mostHeldParts else { return context.close(promise: nil) }
            phase = .deciding(parts + [unwrapInboundIn(data)])
        case .taken:
            break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .open(let unanswered):
            if case .end = unwrapOutboundIn(data) { phase = .open(unanswered: max(0, unanswered - 1)) }
            context.write(data, promise: promise)
        case .waiting(let parts, let unanswered):
            guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
            phase = .waiting(parts, unanswered: max(0, unanswered - 1))
            guard unanswered <= 1, case .head(let request) = parts[0], let wanted = answers.wanted(by: request) else {
                return context.write(data, promise: promise)
            }
            // A viewer's bytes go straight into the socket, so what was said before must be there.
            let written = promise ?? context.eventLoop.makePromise()
            let place = NIOLoopBound(context, eventLoop: context.eventLoop)
            let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
            written.futureResult.whenSuccess { gate.value.decide(wanted, request, place.value) }
            context.write(data, promise: written)
        case .deciding, .taken:
            promise?.succeed(())
        }
    }

    func flush(context: ChannelHandlerContext) {
        if case .taken = phase { return }
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .taken = phase {
            promise?.succeed(())
            return
        }
        context.close(mode: mode, promise: promise)
    }

    private func decide(_ wanted: EndlessAnswers.Wanted, _ request: HTTPRequest, _ context: ChannelHandlerContext) {
        guard case .waiting(let parts, _) = phase else { return }
        phase = .deciding(parts)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let gate = NIOLoopBound(self, eventLoop: context.value.eventLoop)
        let client = clients.address(of: context.value.channel)
        let decision = context.value.eventLoop.makePromise(of: StreamDecision.self)
        decision.complete { [answers] in await answers.decide(wanted, request, from: client) }
        decision.futureResult.whenComplete { result in
            let context = context.value
            guard context.channel.isActive else { return }
            if case .success(.allow(let path)) = result, gate.value.answers.isLive(path) {
                let granted = EndlessAnswers.Granted(
                    path: path, wanted: wanted, request: request, client: client,
                    isPlain: gate.value.carriage == .plain)
                gate.value.take(context, for: granted)
            } else {
                gate.value.letThrough(context)
            }
        }
    }

    /// The HTTP server gives the refusal its proper form.
    private func letThrough(_ context: ChannelHandlerContext) {
        guard case .deciding(let parts) = phase else { return }
        phase = .open(unanswered: 1)
        context.fireChannelRead(wrapInboundOut(parts[0]))
        // Another request may be among what follows.
        for part in parts.dropFirst() { channelRead(context: context, data: wrapInboundOut(part)) }
        context.fireChannelReadComplete()
    }

    private func take(_ context: ChannelHandlerContext, for granted: EndlessAnswers.Granted) {
        phase = .taken
        do {
            if carriage == .stream {
                let bounds = try? context.channel.parent?.pipeline.syncOperations.handler(type: AnswerBounds.self)
                bounds?.leaveAlone(whileOpen: context.channel)
                try context.pipeline.syncOperations.addHandler(HTTP2Answer(), position: .before(self))
                try answers.begin(granted, on: context.channel, before: self)
            } else {
                try removeCodec(context) { gate, channel in try gate.answers.begin(granted, on: channel, before: gate) }
            }
        } catch {
            context.close(promise: nil)
        }
    }

    private func removeCodec(
        _ context: ChannelHandlerContext,
        then begin: @escaping @Sendable (EndlessAnswerGate, any Channel) throws -> Void
    ) throws {
        let pipeline = context.pipeline.syncOperations
        // First of all: the parser hands on the bytes that it has left when it goes.
        let mark = try? pipeline.context(handlerType: OldVersionMark.self)
        var removals = mark.map { [pipeline.removeHandler(context: $0)] } ?? []
        removals += try [
            pipeline.removeHandler(context: pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self)),
            pipeline.removeHandler(context: pipeline.context(handlerType: HTTPResponseEncoder.self)),
            pipeline.removeHandler(
                context: pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)),
        ]
        if let bounds = try? pipeline.context(handlerType: AnswerBounds.self) {
            // Viewers have rules of their own.
            removals.append(pipeline.removeHandler(context: bounds))
        }
        let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
        let channel = context.channel
        EventLoopFuture.andAllSucceed(removals, on: context.eventLoop).assumeIsolated().whenComplete { _ in
            guard channel.isActive else { return }
            do {
                try begin(gate.value, channel)
            } catch {
                channel.close(promise: nil)
            }
        }
    }
}
