/// Everything that an operator can decide about a server: one checked value.
///
/// `ServerConfiguration()` is what a server without file, environment and flags runs on. A configuration never changes;
/// to reconfigure is to load another one and to compare the sections.
public struct ServerConfiguration: Sendable, Equatable {
    /// What is written to the log.
    public var log = Log()
    /// How many threads carry the connections, each with an event loop of its own; 0: one for each core.
    ///
    /// Default 0: a second loop costs hardly more for each byte, and halves the time until the last viewer has a frame.
    public var threads = 0
    /// The folder for what the server keeps: live streams, keys, tokens, a self-signed certificate where one is needed.
    ///
    /// Default `./swiftwater-data`; it is made when there is something.
    public var data = "./swiftwater-data"
    /// RTMP: publishing, and playback by RTMP players.
    public var rtmp = RTMP()
    /// RTMP inside TLS.
    public var rtmps = RTMPS()
    /// RTMP through HTTP, for clients that reach nothing else.
    public var rtmpt = RTMPT()
    /// The same inside TLS.
    public var rtmpts = RTMPTS()
    /// HTTP: playback, dashboard, API and metrics.
    public var http = HTTP()
    /// HTTP inside TLS.
    public var https = HTTPS()
    /// Files of what was on the air.
    public var recordings = Recordings()
    /// Pictures of what streams show.
    public var thumbnails = Thumbnails()
    /// Certificates, for all listeners.
    public var tls = TLS()
    /// Whether one port serves for several protocols: RTMP and RTMPS at `rtmp.listen`; HTTP, HTTPS, RTMP and RTMPS at
    /// `http.listen`; HTTPS and RTMPS at `https.listen`; RTMPT and RTMPTS at `rtmpt.listen`.
    ///
    /// Default off: whoever opened a port for one thing has not opened it for another.
    public var onePort = false
    /// Proxies that tell whose connections they pass on.
    public var proxyProtocol = ProxyProtocol()
    /// Who may publish and play.
    public var auth = Auth()
    /// The API, and what stands in for those of other servers.
    public var api = API()
    /// Who is told what happens.
    ///
    /// Default nobody.
    public var webhooks: [Webhook] = []
    /// How events wait for webhooks.
    public var webhookQueue = WebhookQueue()
    /// Who is asked before somebody may publish or play.
    public var admission = Admission()
    /// What `/metrics` tells of single streams.
    public var metrics = Metrics()
    /// The applications that the operator named, by name.
    public var applications: [String: ApplicationConfiguration] = [:]
    /// Every application that the operator did not name (`apps."*"`).
    public var otherApplications = ApplicationConfiguration()

    /// Makes the configuration of a server that was told nothing.
    public init() {}

    /// How the application `name` is to be run.
    public func application(_ name: String) -> ApplicationConfiguration {
        applications[name] ?? otherApplications
    }
}
