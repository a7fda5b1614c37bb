import ConfigurationReading
import EndpointCore
import HTTPDelivery
import NIOCore
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
