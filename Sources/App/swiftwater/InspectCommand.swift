import ArgumentParser
import FLV
import MediaModel
import NIOCore
import RTMPEndpoint
import RTMPSession
import StreamInspection

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `swiftwater inspect FILE-or-URL`: what is in a file or a live stream, and what is wrong with it.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Tell tracks, codecs, bitrate, frame rate, keyframe interval and timestamp faults.")

    @Argument(
        help:
            "An FLV file, or a live address: rtmp://, rtmps://, rtmpt://, rtmpts://, rtmpe://, rtmpte:// or http://….flv."
    )
    var source: String

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "Seconds of a live stream to look at.")
    var seconds = 10

    func run() async throws {
        var inspection = Inspection(limit: Int64(seconds) * 1_000)
        if source.hasPrefix("rtmp"), source.contains("://") {
            try await inspectRTMP(&inspection)
        } else if source.contains("://") {
            let address = try HTTPAddress(argument: source)
            try await HTTPFLVSource.forEachTag(of: address) { inspection.take($0) }
        } else {
            inspection.limit = .max
            try await FLVFileSource.withFile(at: source) { file in
                while let tag = try await file.next(), inspection.take(tag) {}
            }
        }
        let report = inspection.report
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else if !report.tracks.isEmpty {
            print(report)
        }
        if report.tracks.isEmpty { throw absence(isSilent: inspection.isSilent) }
    }

    /// What to say of a source without tracks.
    ///
    /// - Parameter isSilent: whether neither sound nor pictures came of it.
    private func absence(isSilent: Bool) -> CommandFailure {
        guard source.contains("://") else { return CommandFailure("\(source) has no track") }
        // Behind a question mark may be a token, and what stands for the name may be a key.
        guard let url = try? RTMPURL(source) else {
            return CommandFailure("\(source.prefix { $0 != "?" }) has no track")
        }
        return CommandFailure(
            isSilent ? "nobody publishes that stream at \(url)" : "that stream at \(url) has no track")
    }

    private func inspectRTMP(_ inspection: inout Inspection) async throws {
        let url = try RTMPURL(argument: source)
        let security = try url.isSecure ? trust.security() : nil
        let client = try await RTMPClient.connect(to: url, security: security)
        client.perform(.play(name: url.streamName))
        var isConnected = false
        events: for await event in client.events {
            switch event {
            case .connected:
                isConnected = true
            case .media(let media):
                for item in media where !inspection.take(item.tag) { break events }
            case .failed(.playStreamNotFound, let description) where description.hasSuffix("is not live"):
                // Which is then said of a stream of which nothing was seen.
                break events
            case .failed(let code, let description):
                throw CommandFailure("refused, \(code): \(description)")
            case .ended:
                break events
            default:
                continue
            }
        }
        await client.close()
        guard isConnected else { throw CommandSubject.rtmp(url).silence }
    }
}

/// Feeds an inspector with FLV tags for as much media time as is wanted.
private struct Inspection {
    var limit: Int64
    private var demuxer = FLVDemuxer()
    private var inspector = StreamInspector()
    /// Whether neither sound nor pictures came yet.
    private(set) var isSilent = true

    init(limit: Int64) {
        self.limit = limit
    }

    var report: StreamReport { inspector.report(skippedTags: demuxer.skippedTagCount) }

    /// Takes a tag, and says whether more are wanted.
    mutating func take(_ tag: FLVTag) -> Bool {
        if tag.type != .scriptData { isSilent = false }
        var elements: [StreamElement] = []
        demuxer.demux(
            type: tag.type, timestampMilliseconds: tag.timestampMilliseconds, body: tag.body, into: &elements)
        for element in elements { inspector.inspect(element) }
        return inspector.durationMilliseconds < limit
    }
}

extension RTMPMedia {
    fileprivate var tag: FLVTag {
        let type: FLVTagType =
            switch kind {
            case .audio: .audio
            case .video: .video
            case .data: .scriptData
            }
        return FLVTag(type: type, timestampMilliseconds: timestamp, body: payload)
    }
}
