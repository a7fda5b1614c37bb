import CodecParsing
import EndpointCore
import MediaModel
import NIOCore
import StreamHealth
import StreamHub

/// The XML that nginx-rtmp-module shows at its `rtmp_stat` location, as far as programs are known to read it.
struct NginxRTMPStatistics {
    typealias Session = (entry: SessionDirectory.Entry, reading: SessionReading)

    let facts: ServerFacts
    let statuses: [StreamStatus]
    let sessions: [StreamPath: [Session]]
    let now: NIODeadline

    var text: String {
        var xml = XMLWriter()
        xml.element("rtmp") { xml in
            xml.element("nginx_rtmp_version", "1.2.2")
            xml.element("swiftwater_version", facts.version)
            xml.element("uptime", Int(facts.uptimeSeconds))
            xml.element("naccepted", sessions.values.reduce(0) { $0 + $1.count })
            xml.element("bw_in", statuses.reduce(0) { $0 + ($1.figures.bitsPerSecond ?? 0) })
            xml.element("bytes_in", statuses.reduce(0) { $0 + received($1) })
            xml.element("bw_out", statuses.reduce(0) { $0 + sent($1) })
            xml.element("bytes_out", statuses.reduce(0) { $0 + $1.delivery.bytes })
            xml.element("server") { xml in
                let applications = Dictionary(grouping: statuses, by: \.path.application)
                for (name, streams) in applications.sorted(by: { $0.key < $1.key }) {
                    xml.element("application") { xml in
                        xml.element("name", name)
                        xml.element("live") { xml in
                            for stream in streams { xml.element("stream") { write(stream, to: &$0) } }
                            xml.element("nclients", streams.reduce(0) { $0 + (sessions[$1.path]?.count ?? 0) })
                        }
                    }
                }
            }
        }
        return "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n" + xml.text + "\n"
    }

    private func received(_ status: StreamStatus) -> Int { status.figures.tracks.reduce(0) { $0 + $1.bytes } }

    /// What goes to all viewers who keep up.
    private func sent(_ status: StreamStatus) -> Int {
        let players = sessions[status.path]?.count { $0.entry.role == .player } ?? 0
        return (status.figures.bitsPerSecond ?? 0) * players
    }

    private func write(_ status: StreamStatus, to xml: inout XMLWriter) {
        let clients = sessions[status.path] ?? []
        xml.element("name", status.path.name)
        xml.element("time", Int(status.age.nanoseconds / 1_000_000))
        xml.element("bw_in", status.figures.bitsPerSecond ?? 0)
        xml.element("bytes_in", received(status))
        xml.element("bw_out", sent(status))
        xml.element("bytes_out", status.delivery.bytes)
        xml.element("bw_audio", rate(of: .audio, in: status))
        xml.element("bw_video", rate(of: .video, in: status))
        for client in clients { xml.element("client") { write(client, to: &$0) } }
        xml.element("meta") { xml in
            if let video = status.figures.tracks.first(where: { $0.track.kind == .video }) {
                xml.element("video") { write(video, to: &$0) }
            }
            if let audio = status.figures.tracks.first(where: { $0.track.kind == .audio }) {
                xml.element("audio") { write(audio, to: &$0) }
            }
        }
        xml.element("nclients", clients.count)
        if status.isPublished { xml.element("publishing") { _ in } }
        xml.element("active") { _ in }
    }

    private func rate(of kind: MediaKind, in status: StreamStatus) -> Int {
        status.figures.tracks.reduce(0) { $0 + ($1.track.kind == kind ? $1.bitsPerSecond ?? 0 : 0) }
    }

    private func write(_ client: Session, to xml: inout XMLWriter) {
        xml.element("id", Int(clamping: client.entry.number))
        xml.element("address", client.entry.address(client.reading))
        xml.element("time", Int((now - client.entry.since).nanoseconds / 1_000_000))
        if let agent = client.entry.client?.agent, !agent.isEmpty { xml.element("flashver", agent) }
        xml.element("dropped", client.reading.framesLost)
        xml.element("avsync", 0)
        xml.element("timestamp", 0)
        if client.entry.role == .publisher { xml.element("publishing") { _ in } }
        xml.element("active") { _ in }
    }

    private func write(_ figures: TrackFigures, to xml: inout XMLWriter) {
        let configuration = figures.track.configuration
        if let video = configuration.video {
            xml.element("width", video.width)
            xml.element("height", video.height)
            xml.element("frame_rate", Int((figures.frameRate ?? video.frameRate ?? 0).rounded()))
        }
        xml.element("codec", configuration.codec.rawValue.uppercased())
        if let audio = configuration.audio {
            xml.element("channels", audio.channelCount)
            xml.element("sample_rate", audio.sampleRate)
        }
    }
}

/// Writes XML elements without attributes.
struct XMLWriter {
    private(set) var text = ""

    mutating func element(_ name: StaticString, _ body: (inout XMLWriter) -> Void) {
        text += "<\(name)>"
        body(&self)
        text += "</\(name)>"
    }

    mutating func element(_ name: StaticString, _ value: Int) {
        text += "<\(name)>\(value)</\(name)>"
    }

    /// What XML cannot hold at all is left out.
    mutating func element(_ name: StaticString, _ value: String) {
        text += "<\(name)>"
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\u{0}"..<"\u{20}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": break
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "</\(name)>"
    }
}
