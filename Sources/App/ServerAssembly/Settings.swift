import ConfigurationReading
import EndpointCore
import HTTPDelivery
import NIOCore
import OBSEndpoint
import OBSMultitrack
import RTMPEndpoint
import RTMPSession
import StreamHub
import Thumbnails

// What the operator decided, in the words of the rooms that it concerns.

extension ApplicationConfiguration {
    /// The pace of reading its publishers.
    ///
    /// While somebody watches it is the time for which frames are gathered, for what waits in the socket is gathered there;
    /// or a part of that time, so that nothing waits there for more than 100 ms, or `read-pace` where that is longer, for the
    /// sake of those who watch in another way. Publishers are read at once where frames are sent at once, and where nothing is
    /// to be read at a pace.
    var publisherReadPace: ReadPace {
        ReadPace(unwatched: TimeAmount(readPace), watched: TimeAmount(watchedReadPace))
    }

    private var watchedReadPace: Duration {
        // A timer that fires more often saves nothing.
        let least = Duration.milliseconds(2)
        let longest = max(readPace, .milliseconds(100))
        guard readPace > .zero, gather > .zero else { return .zero }
        let parts = (gather / longest).rounded(.up)
        // A little less than a whole part: what the last reading before the sending brings shall go with it, and not begin
        // the next gathering too early.
        let pace = gather / max(1, parts) * 24 / 25
        return pace < least ? .zero : pace
    }
}

extension StreamSettings {
    init(_ application: ApplicationConfiguration) {
        self.init()
        if application.gopCache {
            joinCache?.bytes = application.gopCacheBytes
            joinCache?.duration = TimeAmount(application.gopCacheDuration)
        } else {
            joinCache = nil
        }
        onDuplicate =
            switch application.onDuplicate {
            case .reject: .reject
            case .takeover: .takeover
            }
        resumeWithin = TimeAmount(application.resumeWithin)
        gather = TimeAmount(application.gather)
        viewerWindowBytes = application.slowViewer.windowBytes
        viewerWindowDuration = TimeAmount(application.slowViewer.windowDuration)
        closeStalledViewersAfter = TimeAmount(application.slowViewer.closeAfter)
    }
}

extension HLSSettings {
    /// `nil` where the operator turned HLS off.
    init?(_ application: ApplicationConfiguration) {
        guard application.hls.isEnabled else { return nil }
        self.init()
        segment = application.hls.segment
        part = application.hls.part
        window = application.hls.window
        transportStream = application.hls.mpegTS
        manifest = application.dash.isEnabled
        mostBytes = application.hls.memoryBytes
    }
}

extension OBSMultitrackSettings {
    /// `nil` where the operator wants no multitrack video.
    init?(_ application: ApplicationConfiguration) {
        let multitrack = application.obsMultitrack
        guard multitrack.isEnabled else { return nil }
        let renditions = multitrack.ladder.map {
            MultitrackLadder.Rendition(
                height: $0.height, bitrate: $0.bitsPerSecond / 1000, mostFramesPerSecond: $0.frameRate)
        }
        self.init(
            ladder: MultitrackLadder(
                renditions: renditions, audioBitrate: multitrack.audioBitsPerSecond / 1000,
                keyframeInterval: Int(multitrack.keyframeInterval.components.seconds), bFrames: multitrack.bFrames),
            encoder: EncoderFamily(multitrack.encoder), server: multitrack.server)
    }
}

extension EncoderFamily {
    /// `nil` for what suits the machine.
    init?(_ encoder: ApplicationConfiguration.OBSMultitrack.Encoder) {
        switch encoder {
        case .auto: return nil
        case .nvenc: self = .nvenc
        case .amf: self = .amf
        case .qsv: self = .quickSync
        case .vaapi: self = .vaapi
        case .videotoolbox: self = .videoToolbox
        case .x264: self = .x264
        }
    }
}

extension RTMPListener.Configuration {
    /// - Parameter earlier: says what does not change.
    init(
        _ rtmp: ServerConfiguration.RTMP, applications: CurrentConfiguration,
        from earlier: RTMPListener.Configuration = RTMPListener.Configuration()
    ) {
        self = earlier
        listen = ListenTarget(rtmp.listen)
        session.chunkSize = UInt32(clamping: rtmp.chunkSizeBytes)
        session.handshakeTimeLimit = TimeAmount(rtmp.handshakeTimeout)
        session.swfHashes = rtmp.swfHashes
        cryptography = rtmp.rtmpe ? LibCrypto() : nil
        session.mediaTimeLimit = TimeAmount(rtmp.idleTimeout)
        connections = rtmp.connections
        connectionsPerAddress = rtmp.connectionsPerAddress
        readPace = { applications.value.application($0).publisherReadPace }
        waitForPublisher = { TimeAmount(applications.value.application($0).waitForPublisher) }
    }
}

extension RTMPTunnels.Configuration {
    init(_ configuration: ServerConfiguration) {
        self.init()
        let rtmpt = configuration.rtmpt
        isBehindProxy = configuration.isBehindProxy
        tunnels = rtmpt.tunnels
        bodyBytes = rtmpt.bodyBytes
        tunnel.silence = TimeAmount(rtmpt.timeout)
        binding =
            switch rtmpt.boundTo {
            case .address: .address
            case .family: .family
            }
    }
}

extension HTTPListener.Configuration {
    init(_ http: ServerConfiguration.HTTP) {
        self.init()
        listen = ListenTarget(http.listen)
        connections = http.connections
        connectionsPerAddress = http.connectionsPerAddress
    }
}

extension ListenTarget {
    init(_ address: ListenAddress) {
        self.init(host: address.host, port: address.port)
    }
}

extension PictureMaker.Configuration {
    init(_ thumbnails: ServerConfiguration.Thumbnails) {
        self.init()
        ffmpeg = thumbnails.ffmpeg
        interval = TimeAmount(thumbnails.interval)
    }
}
