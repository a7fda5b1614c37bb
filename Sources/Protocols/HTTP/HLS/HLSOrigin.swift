import EndpointCore
public import Logging
public import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import SegmentPackaging
public import StreamHub
import TextCoding

/// How the streams of an application are packaged for HLS.
public struct HLSSettings: Sendable, Equatable {
    /// How long segments are meant to be.
    ///
    /// Default 2 s.
    public var segment = Duration.seconds(2)
    /// How long the parts of segments are meant to be, which go out before the segment is whole; zero for none.
    ///
    /// Default 500 ms. MPEG-TS has no parts.
    public var part = Duration.milliseconds(500)
    /// How much media the playlists list.
    ///
    /// Default 60 s.
    public var window = Duration.seconds(60)
    /// Whether there is a DASH manifest too, which names the same segments.
    ///
    /// Default yes.
    public var manifest = true
    /// Whether MPEG-TS segments are to be had, beside fragmented MP4.
    ///
    /// Default yes; they are made once somebody asks.
    public var transportStream = true
    /// Bytes of segments that a stream may keep in memory, in each form, with those that have left its playlists.
    ///
    /// Default 128 MiB.
    public var mostBytes = 128 << 20

    /// Makes settings with the defaults.
    public init() {}
}

/// Packages every live stream for HLS, and knows what of it players can fetch.
public final class HLSOrigin: StreamObserver {
    /// The streams of one name, past and present.
    private struct Station {
        var stream: LiveStream
        var broadcasts: [HLSForm: HLSBroadcast] = [:]
    }

    private let settings: @Sendable (StreamPath) -> HLSSettings?
    private let logger: Logger
    private let stations = NIOLockedValueBox<[StreamPath: Station]>([:])

    /// Makes an origin.
    ///
    /// - Parameter settings: how streams of a name are packaged; `nil` for those that are not.
    public init(settings: @escaping @Sendable (StreamPath) -> HLSSettings?, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Begins to package a stream in fragmented MP4; MPEG-TS begins when it is asked for.
    public func streamStarted(_ stream: LiveStream) -> (any FrameSink)? {
        guard let settings = settings(stream.path) else { return nil }
        let sink = makeSink(.fragmentedMP4, stream, settings)
        stations.withLockedValue {
            $0[stream.path] = Station(stream: stream, broadcasts: [.fragmentedMP4: sink.broadcast])
        }
        return sink
    }

    /// What there is of a stream in a form; begins to make it where that waits for somebody to ask.
    func broadcast(of path: StreamPath, _ form: HLSForm) -> HLSBroadcast? {
        guard let settings = settings(path), form == .fragmentedMP4 || settings.transportStream else { return nil }
        let broadcast = stations.withLockedValue { stations in
            stations[path].map { ($0.stream, $0.broadcasts[form]) }
        }
        guard let (stream, present) = broadcast else { return nil }
        if let present { return present }
        return begin(form, of: stream, settings)
    }

    /// The broadcast of a stream in a form that is being made or was, without beginning it.
    func presentBroadcast(of path: StreamPath, _ form: HLSForm) -> HLSBroadcast? {
        stations.withLockedValue { $0[path]?.broadcasts[form] }
    }

    private func begin(_ form: HLSForm, of stream: LiveStream, _ settings: HLSSettings) -> HLSBroadcast? {
        let made = HLSBroadcast()
        let (broadcast, isNew) = stations.withLockedValue { stations -> (HLSBroadcast?, Bool) in
            guard let station = stations[stream.path], station.stream === stream else { return (nil, false) }
            if let present = station.broadcasts[form] { return (present, false) }
            stations[stream.path]?.broadcasts[form] = made
            return (made, true)
        }
        if isNew {
            stream.attach { [self] in makeSink(form, stream, settings, broadcast: made) }
        }
        return broadcast
    }

    private func makeSink(
        _ form: HLSForm, _ stream: LiveStream, _ settings: HLSSettings, broadcast: HLSBroadcast = HLSBroadcast()
    ) -> HLSSink {
        var configuration = SegmentPackager.Configuration()
        configuration.container = form == .transportStream ? .transportStream : .fragmentedMP4
        configuration.targetDuration = settings.segment
        configuration.partDuration = settings.part
        configuration.window = settings.window
        if form == .fragmentedMP4, settings.manifest { configuration.manifest = .init(for: stream.path) }
        configuration.mostBytes = settings.mostBytes
        configuration.numbering = .byDate
        configuration.namePrefix = String(UTCTime.now().millisecondsSince1970, radix: 36) + "-"
        var logger = logger
        logger[metadataKey: "stream.path"] = "\(stream.path)"
        logger[metadataKey: "protocol"] = "hls"
        return HLSSink(
            packager: SegmentPackager(configuration: configuration), broadcast: broadcast, stream: stream,
            output: form.rawValue, logger: logger, settings: { [self, path = stream.path] in self.settings(path) }
        ) { [self, path = stream.path, home = stream.home] window in
            // There is nothing to finish, and names that come and go without media must not add up.
            if forgetEmptyStation(of: broadcast, path) { return }
            // Players finish what the last playlist listed; then it is gone. When another takes its place, which only the
            // station knows, nobody can ask for it any more.
            let seconds = window.components.seconds + 30
            home.scheduleTask(in: .seconds(seconds)) { [weak broadcast] in
                if let broadcast { self.forget(broadcast, of: path) }
            }
        }
    }

    /// Forgets a broadcast that is over, with those in other forms, if nothing was ever packaged in any.
    ///
    /// - Returns: whether it is forgotten.
    private func forgetEmptyStation(of broadcast: HLSBroadcast, _ path: StreamPath) -> Bool {
        stations.withLockedValue { stations in
            guard let broadcasts = stations[path]?.broadcasts.values,
                broadcasts.contains(where: { $0 === broadcast }), broadcasts.allSatisfy(\.leavesNothing)
            else { return false }
            stations[path] = nil
            return true
        }
    }

    /// Forgets a broadcast that is over, unless the stream has begun another.
    private func forget(_ broadcast: HLSBroadcast, of path: StreamPath) {
        stations.withLockedValue { stations in
            guard stations[path]?.broadcasts.values.contains(where: { $0 === broadcast }) == true else { return }
            stations[path] = nil
        }
    }
}

/// Feeds a packager with the frames of a stream, on its home loop.
final class HLSSink: FrameSink {
    /// Most of the packager's events that are held until they are made public: 64.
    ///
    /// Each holds a playlist or a segment; one reading brings a dozen at most, unless a publisher's times leap.
    private static let mostEventsAtOnce = 64

    let broadcast: HLSBroadcast
    private var packager: SegmentPackager
    private let stream: LiveStream
    private let output: String
    private let logger: Logger
    private let settings: () -> HLSSettings?
    private let onEnd: (_ window: Duration) -> Void
    private var forcedSegments = 0
    private var omitted: [OmittedTrack<PackagingOmission>] = []

    init(
        packager: SegmentPackager, broadcast: HLSBroadcast, stream: LiveStream, output: String, logger: Logger,
        settings: @escaping () -> HLSSettings?, onEnd: @escaping (_ window: Duration) -> Void
    ) {
        self.packager = packager
        self.stream = stream
        self.output = output
        self.broadcast = broadcast
        self.logger = logger
        self.settings = settings
        self.onEnd = onEnd
    }

    func receive(_ elements: [StreamElement]) {
        let now = UTCTime.now().millisecondsSince1970
        var events: [PackagingEvent] = []
        for element in elements {
            packager.append(element, wallclock: now, into: &events)
            guard events.count >= Self.mostEventsAtOnce else { continue }
            publish(events)
            events.removeAll(keepingCapacity: true)
        }
        publish(events)
    }

    func streamEnded(_ ending: StreamEnding) {
        var events: [PackagingEvent] = []
        packager.finish(into: &events)
        publish(events)
        broadcast.end()
        onEnd(packager.configuration.window)
    }

    private func publish(_ events: [PackagingEvent]) {
        guard !events.isEmpty else { return }
        noteOmissions()
        for event in events {
            switch event {
            case .trackOmitted(let track):
                logger.notice(
                    "track left out of HLS",
                    metadata: ["codec": "\(track.codec.rawValue)", "reason": "\(track.reason)"])
            case .segmentForced(let number):
                forcedSegments += 1
                if forcedSegments == 1 {
                    logger.warning(
                        "keyframes are too far apart for HLS: set the encoder's keyframe interval to 2 s",
                        metadata: ["segment": "\(number)"])
                }
            case .resourceReady, .resourceRemoved, .segmentExtended, .segmentAbandoned:
                break
            }
        }
        broadcast.apply(events, targetDuration: packager.targetDuration)
        followSettings()
    }

    /// How much is kept may change at any time; how it is cut, with the next stream.
    private func followSettings() {
        guard let settings = settings(),
            settings.window != packager.configuration.window || settings.mostBytes != packager.configuration.mostBytes
        else { return }
        packager.keep(window: settings.window, mostBytes: settings.mostBytes)
    }

    /// Lets the operator see which tracks the playlists do not have.
    private func noteOmissions() {
        guard packager.omittedTracks != omitted else { return }
        omitted = packager.omittedTracks
        stream.noteOmissions(
            omitted.map { TrackOmission(track: $0.id, reason: $0.reason.explanation) }, by: output)
    }
}
