import EndpointCore
import HTTPTypes
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import Metrics
import NIOCore

/// What becomes of the connections of one HTTP port: each is received, admitted, and given to the version of HTTP that
/// it speaks, or to another protocol.
struct HTTPPort: ServerChildChannel {
    /// Everything that ports of one endpoint share.
    struct House: Sendable {
        /// What stands right behind the codec of each connection, or stream of HTTP/2.
        var handlers: @Sendable (EndlessAnswerGate.Carriage) -> [any RemovableChannelHandler]
        var clients: ProxiedAddresses
        var gate: ConnectionGate
        var idleTimeout: TimeAmount
        /// Connections that were closed for a fault of the peer before they spoke HTTP, or because they do not.
        var faults = Counter(label: "swiftwater_faults_total", dimensions: [("protocol", "http")])
        var logger: Logger

        /// What stands behind the codec, with what bounds the answers of a stream.
        fileprivate func allHandlers(_ carriage: EndlessAnswerGate.Carriage) -> [any RemovableChannelHandler] {
            var all = handlers(carriage)
            // Behind the gate: endless answers do not come by it.
            if carriage == .stream { all.append(StreamAnswerBounds(clients, logger)) }
            return all
        }
    }

    /// A connection, and what it turns out to speak.
    struct Connection: ServerChildChannelValue {
        let channel: any Channel
        fileprivate let language: EventLoopFuture<Language>
    }

    fileprivate enum Language: Sendable {
        case http1(HTTP1Channel.Value)
        case http1InsideTLS(HTTP1Channel.Value)
        case http2(HTTP2Channel.Value)
        /// Something that the HTTP server does not serve.
        case other
    }

    /// What an HTTP client is told that speaks without TLS to a port for TLS.
    private static let tlsWanted = ByteBuffer(
        string: """
            HTTP/1.1 400 Bad Request\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: 35\r
            Connection: close\r
            \r
            this port speaks TLS: use https://

            """)

    private let reception: @Sendable () -> Reception
    private let guests: @Sendable () -> [any ConnectionGuest]
    private let house: House
    private let http1: HTTP1Channel
    private let http1InsideTLS: HTTP1Channel
    private let http2: HTTP2Channel

    /// Makes a port.
    ///
    /// - Parameters:
    ///   - reception: how connections are received; asked for each.
    ///   - guests: other protocols whose connections come in here too; asked for each.
    init(
        _ house: House, reception: @escaping @Sendable () -> Reception,
        guests: @escaping @Sendable () -> [any ConnectionGuest] = { [] },
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.house = house
        self.reception = reception
        self.guests = guests
        func configuration(_ carriage: EndlessAnswerGate.Carriage) -> HTTP1Channel.Configuration {
            HTTP1Channel.Configuration(
                additionalChannelHandlers: house.allHandlers(carriage),
                // A stream of HTTP/2 has but one request; its connection is idle when it has no stream.
                idleTimeout: carriage == .stream ? nil : house.idleTimeout)
        }
        http1 = HTTP1Channel(responder: responder, configuration: configuration(.plain))
        // The scheme of a request is what carried it, whatever a client of HTTP/2 wrote and a codec took for granted.
        let insideTLS: HTTPChannelHandler.Responder = { request, writer, channel in
            var head = request.head
            head.scheme = "https"
            try await responder(Request(head: head, body: request.body), writer, channel)
        }
        http1InsideTLS = HTTP1Channel(responder: insideTLS, configuration: configuration(.encrypted))
        http2 = HTTP2Channel(
            responder: insideTLS,
            configuration: HTTP2Channel.Configuration(
                idleTimeout: .nanoseconds(house.idleTimeout.nanoseconds), gracefulCloseTimeout: .seconds(2),
                streamConfiguration: configuration(.stream)))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let language = channel.eventLoop.makePromise(of: Language.self)
            // What was told before holds.
            channel.closeFuture.whenComplete { _ in language.succeed(.other) }
            let reception = reception()
            if reception.isImmediate {
                try admitAtOnce(channel, language, logger)
            } else {
                try channel.pipeline.syncOperations.addHandler(receptionist(reception, of: channel, language, logger))
            }
            return Connection(channel: channel, language: language.futureResult)
        }
    }

    func handle(value: Connection, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            switch try? await value.language.get() {
            case .http1(let channel): await http1.handle(value: channel, logger: logger)
            case .http1InsideTLS(let channel): await http1InsideTLS.handle(value: channel, logger: logger)
            case .http2(let channel): await http2.handle(value: channel, logger: logger)
            case .other, nil: break
            }
        }
    }

    // MARK: Receiving

    private func admitAtOnce(
        _ channel: any Channel, _ language: EventLoopPromise<Language>, _ logger: Logger
    ) throws {
        do throws(ConnectionGate.Refusal) {
            try house.gate.admit(channel.remoteAddress, on: channel)
        } catch {
            house.logger.info(
                "connection refused",
                metadata: [
                    "peer.address": "\(channel.remoteAddress?.hostAndPort ?? "unknown")", "protocol": "http",
                    "reason": "too many connections: \(error)",
                ])
            channel.close(promise: nil)
            return
        }
        try begin(Arrival(client: channel.remoteAddress), on: channel, language, logger)
    }

    private func receptionist(
        _ reception: Reception, of channel: any Channel, _ language: EventLoopPromise<Language>, _ logger: Logger
    ) -> Receptionist {
        let guests = guests()
        return Receptionist(
            reception,
            host: Receptionist.Host(
                name: "http", logger: house.logger, faults: house.faults, wantsFirstByte: !guests.isEmpty,
                wordsForPlainHTTP: Self.tlsWanted,
                admit: { try house.gate.admit($0, on: channel) },
                take: { try take($0, on: channel, guests, language, logger) }))
    }

    private func take(
        _ arrival: Arrival, on channel: any Channel, _ guests: [any ConnectionGuest],
        _ language: EventLoopPromise<Language>, _ logger: Logger
    ) throws {
        if let byte = arrival.firstByte, let guest = guests.first(where: { $0.recognizes(byte) }) {
            // The HTTP server wants to hear of it when a client has said all; nobody else does.
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
            try guest.take(arrival, on: channel)
            language.succeed(.other)
            return
        }
        if arrival.isProxied, let client = arrival.client { house.clients.note(client, on: channel) }
        try begin(arrival, on: channel, language, logger)
    }

    private func begin(
        _ arrival: Arrival, on channel: any Channel, _ language: EventLoopPromise<Language>, _ logger: Logger
    ) throws {
        // At the socket: what waits for the peer is counted there, encrypted or not.
        let bounds = AnswerBounds(house.clients, house.logger)
        try channel.pipeline.syncOperations.addHandler(bounds, position: .first)
        if arrival.applicationProtocol == "h2" {
            http2.setup(channel: channel, logger: logger).map(Language.http2).cascade(to: language)
            return
        }
        let words = FirstWords(house.clients, faults: house.faults, house.logger)
        try channel.pipeline.syncOperations.addHandler(words)
        if arrival.isSecure {
            http1InsideTLS.setup(channel: channel, logger: logger).map(Language.http1InsideTLS).cascade(to: language)
        } else {
            http1.setup(channel: channel, logger: logger).map(Language.http1).cascade(to: language)
        }
        try OldVersionMark.add(to: channel)
    }
}
