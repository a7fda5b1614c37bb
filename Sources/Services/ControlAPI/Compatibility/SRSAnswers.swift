import EndpointCore
import MediaModel
import NIOCore
import StreamHealth
import StreamHub

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What all answers of one run of the server begin with.
struct SRSRun: Sendable {
    let pid = Int(getpid())
    private let server = "vid-" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
    private let service = String(UInt32.random(in: 0...UInt32.max), radix: 36)

    func answer(code: Int, _ body: (inout JSONWriter) -> Void) -> HTTPRoute.Answer {
        .json(
            JSONWriter.object(capacity: 4_096) { writer in
                writer.member("code", code)
                writer.member("server", server)
                writer.member("service", service)
                writer.member("pid", "\(pid)")
                body(&writer)
            })
    }
}

/// Names by which SRS's API calls things.
enum SRSIdentity {
    /// There is but one virtual host.
    static let vhost = "vid-default"

    /// The same for a path in every run: FNV-1a of 64 bits.
    static func stream(_ path: StreamPath) -> String {
        let hash = path.description.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return "vid-" + String(hash, radix: 36)
    }
}

extension JSONWriter {
    /// Kilobits per second, as measured.
    fileprivate mutating func rates(received: Int, sent: Int) {
        member("kbps") { writer in
            writer.member("recv_30s", received / 1_000)
            writer.member("send_30s", sent / 1_000)
        }
    }
}

extension StreamStatus {
    fileprivate var receivedBytes: Int { figures.tracks.reduce(0) { $0 + $1.bytes } }
}

struct SRSVhost {
    let statuses: [StreamStatus]
    let clients: Int

    func write(to writer: inout JSONWriter) {
        writer.member("id", SRSIdentity.vhost)
        writer.member("name", "__defaultVhost__")
        writer.member("enabled", true)
        writer.member("clients", clients)
        writer.member("streams", statuses.count)
        writer.member("send_bytes", statuses.reduce(0) { $0 + $1.delivery.bytes })
        writer.member("recv_bytes", statuses.reduce(0) { $0 + $1.receivedBytes })
        writer.rates(received: statuses.reduce(0) { $0 + ($1.figures.bitsPerSecond ?? 0) }, sent: 0)
        writer.member("hls") { $0.member("enabled", true) }
    }
}

struct SRSStream {
    let status: StreamStatus
    let publisher: SessionDirectory.Entry?
    let players: Int

    func write(to writer: inout JSONWriter) {
        let rate = status.figures.bitsPerSecond ?? 0
        let tracks = status.figures.tracks
        writer.member("id", SRSIdentity.stream(status.path))
        writer.member("name", status.path.name)
        writer.member("vhost", SRSIdentity.vhost)
        writer.member("app", status.path.application)
        writer.member("tcUrl", "rtmp://__defaultVhost__/\(status.path.application)")
        writer.member("url", "/\(status.path)")
        writer.member("live_ms", Int(status.age.nanoseconds / 1_000_000))
        writer.member("clients", players + (publisher == nil ? 0 : 1))
        writer.member("frames", tracks.reduce(0) { $0 + ($1.track.kind == .video ? $1.frames : 0) })
        writer.member("send_bytes", status.delivery.bytes)
        writer.member("recv_bytes", status.receivedBytes)
        // What goes to all viewers who keep up.
        writer.rates(received: rate, sent: rate * players)
        writer.member("publish") { writer in
            writer.member("active", status.isPublished)
            writer.member("cid", publisher?.id ?? "")
        }
        write(tracks.first { $0.track.kind == .video }, "video", to: &writer)
        write(tracks.first { $0.track.kind == .audio }, "audio", to: &writer)
    }

    private func write(_ figures: TrackFigures?, _ name: StaticString, to writer: inout JSONWriter) {
        guard let configuration = figures?.track.configuration else { return writer.nothing(name) }
        writer.member(name) { writer in
            writer.member("codec", Self.codec(configuration.codec.rawValue))
            if let video = configuration.video {
                writer.member("profile", "Other")
                writer.member("level", "Other")
                writer.member("width", video.width)
                writer.member("height", video.height)
            }
            if let audio = configuration.audio {
                writer.member("sample_rate", audio.sampleRate)
                writer.member("channel", audio.channelCount)
                writer.member("profile", "LC")
            }
        }
    }

    /// Names as SRS writes them, such as `H264` and `HEVC`.
    private static func codec(_ name: String) -> String {
        name == "h265" ? "HEVC" : name == "opus" ? "Opus" : name.uppercased()
    }
}

struct SRSClient {
    let entry: SessionDirectory.Entry
    let reading: SessionReading
    let now: NIODeadline

    func write(to writer: inout JSONWriter) {
        let alive = Double((now - entry.since).nanoseconds) / 1_000_000_000
        let isPublisher = entry.role == .publisher
        writer.member("id", entry.id)
        writer.member("vhost", SRSIdentity.vhost)
        writer.member("stream", SRSIdentity.stream(entry.path))
        writer.member("ip", entry.address(reading))
        writer.member("pageUrl", "")
        writer.member("swfUrl", "")
        writer.member("tcUrl", "rtmp://__defaultVhost__/\(entry.path.application)")
        writer.member("url", "/\(entry.path)")
        writer.member("name", entry.path.name)
        writer.member("type", isPublisher ? "fmle-publish" : Self.type(entry.transport))
        writer.member("publish", isPublisher)
        writer.member("alive", alive)
        writer.member("send_bytes", reading.bytesSent)
        writer.member("recv_bytes", reading.bytesReceived)
        func rate(_ bytes: Int) -> Int { alive >= 1 ? Int(Double(bytes) * 8 / alive) : 0 }
        writer.rates(received: rate(reading.bytesReceived), sent: rate(reading.bytesSent))
    }

    private static func type(_ transport: String) -> String {
        transport.hasPrefix("rtmp") ? "rtmp-play" : transport == "hls" ? "hls-play" : "flv-play"
    }
}
