import ArgumentParser
import FLV
import NIOCore
import NIOPosix
import RTMPEndpoint
import RTMPSession

/// `swiftwater publish FILE URL`: so that nobody needs an encoder to try a server.
struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Send a recorded FLV file to an RTMP server in real time.")

    @Argument(help: "An FLV file.")
    var file: String

    @Argument(help: "Where to, such as rtmp://localhost/live/show.")
    var url: String

    @Flag(help: "Begin anew at the end of the file, until stopped.")
    var loop = false

    func run() async throws {
        let url = try RTMPURL(self.url)
        let start = try await startTime()
        let client = try await connect(to: url)
        var events = client.events.makeAsyncIterator()
        client.perform(.publish(name: url.streamName))
        let messageStreamID = try await Self.waitForStart(&events)
        print("publishing \(file) to \(url)")

        // From here on the server says something only when it ends the publish.
        let watch = Task { [events] in
            var events = events
            while let event = await events.next() {
                if case .failed(let code, let description) = event { return "\(code): \(description)" }
            }
            return "the server closed the connection"
        }
        var offset: UInt32 = 0
        let beginning = ContinuousClock.now
        do {
            repeat {
                offset = try await send(
                    to: client, on: messageStreamID, from: offset, start: start, beginning: beginning)
            } while loop
        } catch let error as ChannelError {
            throw CommandFailure("publishing ended: \(await watch.value) (\(error))")
        }
        client.perform(.deleteStream(messageStreamID: messageStreamID))
        await client.close()
        watch.cancel()
    }

    /// The time of the file's first tag, which need not be 0: recordings of live streams begin anywhere.
    private func startTime() async throws -> UInt32 {
        let first = try await FLVFileSource.withFile(at: file) { try await $0.next() }
        guard let first else { throw CommandFailure("\(file) has nothing to publish") }
        return first.timestampMilliseconds
    }

    /// Sends the file once, each tag when its time has come.
    ///
    /// - Returns: the timestamp at which a repetition goes on.
    private func send(
        to client: RTMPClient, on messageStreamID: UInt32, from offset: UInt32, start: UInt32,
        beginning: ContinuousClock.Instant
    ) async throws -> UInt32 {
        try await FLVFileSource.withFile(at: file) { source in
            var last = offset
            while let tag = try await source.next() {
                let timestamp = offset &+ (tag.timestampMilliseconds &- start)
                last = max(last, timestamp)
                try await Task.sleep(until: beginning + .milliseconds(Int64(timestamp)), clock: .continuous)
                try await client.send([
                    RTMPMedia(
                        kind: tag.type.mediaKind, timestamp: timestamp, messageStreamID: messageStreamID,
                        payload: tag.body)
                ])
            }
            return last &+ 40
        }
    }

    private func connect(to url: RTMPURL) async throws -> RTMPClient {
        do {
            return try await RTMPClient.connect(
                RTMPClientSession.Configuration(url: url), eventLoops: MultiThreadedEventLoopGroup.singleton)
        } catch {
            throw CommandFailure("cannot connect to \(url): \(error)")
        }
    }

    private static func waitForStart(
        _ events: inout AsyncStream<RTMPClientSession.Event>.Iterator
    ) async throws -> UInt32 {
        while let event = await events.next() {
            switch event {
            case .publishStarted(let messageStreamID): return messageStreamID
            case .failed(let code, let description): throw CommandFailure("refused, \(code): \(description)")
            default: continue
            }
        }
        throw CommandFailure("the server closed the connection before the publish began")
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
