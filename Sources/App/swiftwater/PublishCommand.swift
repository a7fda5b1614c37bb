import ArgumentParser
import FLV
import RTMPSession

/// `swiftwater publish FILE URL`: so that nobody needs an encoder to try a server.
struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Send a recorded FLV file to an RTMP or RTMPS server in real time.")

    @Argument(help: "An FLV file.")
    var file: String

    @Argument(
        help: """
            Where to, such as rtmp://localhost/live/show or rtmps://localhost:1936/live/show; rtmpt://, rtmpts://, \
            rtmpe:// and rtmpte:// too.
            """)
    var url: String

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Begin anew at the end of the file, until stopped.")
    var loop = false

    func run() async throws {
        if file.contains("://"), !self.url.contains("://") {
            throw CommandFailure("the file comes first, and then the address: swiftwater publish FILE ADDRESS")
        }
        let url = try RTMPURL(argument: self.url)
        let start = try await startTime()
        let security = try url.isSecure ? trust.security() : nil
        try await untilStopped {
            let publisher = try await FollowingPublisher.begin(at: url, security: security)
            print("publishing \(file) to \(url)")
            do {
                try await sendFile(to: publisher, start: start)
            } catch is CancellationError {
                // The server is told, whyever it ends.
            }
            await publisher.end()
        }
    }

    private func sendFile(to publisher: FollowingPublisher, start: UInt32) async throws {
        var offset: UInt32 = 0
        let beginning = ContinuousClock.now
        repeat {
            offset = try await send(to: publisher, from: offset, start: start, beginning: beginning)
        } while loop
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
        to publisher: FollowingPublisher, from offset: UInt32, start: UInt32, beginning: ContinuousClock.Instant
    ) async throws -> UInt32 {
        try await FLVFileSource.withFile(at: file) { source in
            var last = offset
            while let tag = try await source.next() {
                let timestamp = offset &+ (tag.timestampMilliseconds &- start)
                last = max(last, timestamp)
                try await Task.sleep(until: beginning + .milliseconds(Int64(timestamp)), clock: .continuous)
                try await publisher.send(tag, at: timestamp)
            }
            return last &+ 40
        }
    }
}
