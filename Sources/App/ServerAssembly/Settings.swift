import ConfigurationReading
import EndpointCore
import HTTPDelivery
import NIOCore
import OBSEndpoint
import OBSMultitrack
import RTMPEndpoint
import RTMPSession
import StreamHub

// What the operator decided, in the words of the rooms that it concerns.

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
        window = application.hls.window
        transportStream = application.hls.mpegTS
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
    init(_ rtmp: ServerConfiguration.RTMP, applications: CurrentConfiguration) {
        self.init()
        listen = ListenTarget(rtmp.listen)
        session.chunkSize = UInt32(clamping: rtmp.chunkSizeBytes)
        session.handshakeTimeLimit = TimeAmount(rtmp.handshakeTimeout)
        session.mediaTimeLimit = TimeAmount(rtmp.idleTimeout)
        connections = rtmp.connections
        connectionsPerAddress = rtmp.connectionsPerAddress
        waitForPublisher = { TimeAmount(applications.value.application($0).waitForPublisher) }
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
