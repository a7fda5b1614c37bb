import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOCore
import NIOPosix
import StreamHealth
import StreamHub
import Testing

@testable import ControlAPI

/// An API over a registry and a directory of a test's own, without a server around it.
final class Room: Sendable {
    let sessions = SessionDirectory()
    let events: EventFeed
    let watch: StreamWatch
    let registry: StreamRegistry
    let api: ServerAPI
    let loop: any EventLoop

    init(
        limits: EventFeed.Limits = .init(), authorizer: any APIAuthorizer = LocalRequests(),
        registrations: Registrations? = nil, pictures: (any PictureSource)? = nil,
        loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
    ) {
        let events = EventFeed(limits: limits)
        let watch = StreamWatch(
            sessions: sessions, events: events, mostStreams: { 10 }, logger: Logger(label: "test") { _ in SilentLog() })
        let registry = StreamRegistry(settings: { _ in StreamSettings() }, observers: [watch])
        self.events = events
        self.watch = watch
        self.registry = registry
        self.loop = loop
        api = ServerAPI(
            registry: registry, sessions: sessions, watch: watch, events: events, authorizer: authorizer,
            registrations: registrations, pictures: pictures,
            facts: {
                ServerFacts(
                    version: "1", uptimeSeconds: 5, ports: [.init(name: "rtmp", address: "127.0.0.1:1")], eventLoops: 2,
                    residentBytes: nil)
            }, logger: Logger(label: "test") { _ in SilentLog() })
    }

    /// What the API answers.
    func answer(
        _ path: String, _ method: String = "GET", query: [String: String] = [:], headers: [String: String] = [:],
        body: String = "", from address: String = "127.0.0.1", authority: String? = "localhost:8080"
    ) async throws -> HTTPRoute.Answer {
        let route = try #require(HTTPRoutes(api.routes).route(for: ServerAPI.prefix + path, method: method))
        return await route.answer(
            HTTPRoute.Request(
                method: method, path: ServerAPI.prefix + path, authority: authority, query: query, headers: headers,
                body: ByteBuffer(string: body), peerAddress: address))
    }

    /// What it answers in JSON, which must be well.
    func get(_ path: String, query: [String: String] = [:]) async throws -> [String: Any] {
        let answer = try await answer(path, query: query)
        #expect(answer.status == 200)
        return try json(answer)
    }

    /// The detail of the problem that it answers with.
    func problem(_ answer: HTTPRoute.Answer) throws -> (status: Int, detail: String) {
        #expect(answer.mediaType == "application/problem+json")
        let members = try json(answer)
        #expect(members["status"] as? Int == answer.status)
        return (answer.status, try #require(members["detail"] as? String))
    }

    func json(_ answer: HTTPRoute.Answer) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView))
        return try #require(value as? [String: Any])
    }

    /// Enters a session that does what the test says.
    @discardableResult
    func enter(
        _ id: String, _ role: SessionRole = .player, transport: String = "rtmp", path: String = "live/show",
        from peer: (address: String, port: Int) = ("192.0.2.1", 5), agent: String = "",
        reading: SessionReading = SessionReading(state: .playing), on loop: (any EventLoop)? = nil
    ) async throws -> RecordedSession {
        let path = try StreamPath(path)
        let session = RecordedSession(reading)
        let client = ClientFacts(
            session: id, transport: transport, address: peer.address, port: peer.port, agent: agent)
        let loop = loop ?? self.loop
        let number = try await loop.submit { [sessions] in
            sessions.enter(
                session.onLoop, id: id, role: role, transport: transport, path: path, client: client, on: loop)
        }.get()
        session.number = number
        return session
    }

    /// Begins a stream with a track of pictures and a second of frames.
    func publish(_ path: String) async throws -> PublisherPort {
        let port = try await registry.publish(try StreamPath(path), on: loop) { _ in }.get()
        let video = Track(
            id: .init(.video), timescale: .milliseconds,
            configuration: .init(video: .h264, format: VideoFormat(width: 640, height: 360)), language: "de",
            name: "<b>main</b>")
        let audio = Track(
            id: .init(.audio), timescale: .milliseconds,
            configuration: .init(audio: .aac, format: AudioFormat(sampleRate: 48_000, channelCount: 6)))
        var elements: [StreamElement] = [.tracks([video, audio])]
        for index in 0..<25 {
            elements.append(
                .frame(
                    MediaFrame(
                        track: video, decodeTime: Int64(index) * 40, isSync: index == 0,
                        payload: ByteBuffer(repeating: 0, count: 100))))
        }
        port.publish(elements)
        return port
    }
}

/// A session that notes what it is told.
final class RecordedSession: @unchecked Sendable {
    /// Only touched on the event loop of its room, as the directory promises.
    final class OnLoop: OpenSession {
        var reading: SessionReading? {
            readingCount += 1
            onReading()
            return current
        }
        var line: LineFigures? {
            lineCount += 1
            return nil
        }
        /// What is read of it.
        var current: SessionReading?
        var readingCount = 0
        var onReading = {}
        var lineCount = 0
        var ends: [String] = []
        var wishes: [String?] = []

        init(_ reading: SessionReading) { current = reading }

        func end(because reason: String) { ends.append(reason) }

        func requestReconnect(to url: String?, because reason: String) -> Bool {
            guard current?.takesReconnectRequests == true else { return false }
            wishes.append(url)
            return true
        }
    }

    let onLoop: OnLoop
    var number: UInt64 = 0

    init(_ reading: SessionReading) { onLoop = OnLoop(reading) }
}

struct SilentLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.critical
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {}
}
