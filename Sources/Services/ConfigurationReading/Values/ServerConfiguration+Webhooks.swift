public import EndpointCore

extension ServerConfiguration {
    /// The forms in which hooks are spoken to.
    public enum HookFormat: String, Sendable, CaseIterable {
        /// Our own JSON.
        case swiftwater
        /// Forms, as nginx-rtmp-module posts them.
        case nginxRTMP = "nginx-rtmp"
        /// The JSON of SRS's `http_hooks`.
        case srs
    }

    /// What webhooks can be told.
    public enum HookEvent: String, Sendable, CaseIterable {
        /// A client has connected, over RTMP.
        case connect
        /// It has left.
        case disconnect
        /// Somebody publishes a stream.
        case publish
        /// And does so no more.
        case publishEnd = "publish.end"
        /// Somebody plays a stream.
        case play
        /// And does so no more.
        case playEnd = "play.end"
        /// The recording of a stream has begun with a file.
        case record
        /// A file is complete.
        case recordEnd = "record.end"
        /// A recording could not be written on.
        case recordFailed = "record.failed"
        /// Something is wrong with a stream.
        case findingRaised = "finding.raised"
        /// It is well again.
        case findingCleared = "finding.cleared"
        /// A hook does not answer as it should, or events for it were lost.
        case hookFailed = "hook.failed"
    }

    /// One who is told what happens.
    public struct Webhook: Sendable, Equatable {
        /// Webhooks that there may be: 32.
        public static let most = 32

        /// Its name in the API, in metrics and in logs.
        public var name: String
        /// Where it is told.
        public var url: HookURL
        /// What it is told.
        public var events: Set<HookEvent>
        /// In which form.
        public var format: HookFormat
        /// What it is signed with; `nil` for not at all.
        public var secret: Secret?

        /// Makes a webhook.
        public init(
            name: String, url: HookURL, events: Set<HookEvent> = Set(HookEvent.allCases),
            format: HookFormat = .swiftwater, secret: Secret? = nil
        ) {
            self.name = name
            self.url = url
            self.events = events
            self.format = format
            self.secret = secret
        }
    }

    /// How events wait for webhooks, each of which has a queue of its own.
    public struct WebhookQueue: Sendable, Equatable {
        /// Events that wait for one webhook.
        ///
        /// Default 10,000: an evening's audience coming and going while the back end is repaired. The oldest give way.
        public var events = 10_000
        /// Bytes of what waits for one webhook.
        ///
        /// Default 16 MiB: more than so many events usually have. The oldest give way.
        public var bytes = 16 << 20
        /// How long an event waits.
        ///
        /// Default 24 h: longer than most outages, and no longer than most news is news.
        public var keep = Duration.seconds(86_400)
        /// How long a webhook may take to answer.
        ///
        /// Default 10 s.
        public var timeLimit = Duration.seconds(10)
        /// The longest between two tries.
        ///
        /// Default 5 min; the first is a second after the failure, and each waits twice as long as the one before.
        public var longestPause = Duration.seconds(300)
        /// Events that are on their way to one webhook at the same time, each of another stream.
        ///
        /// Default 4: enough for thousands of events a minute, and no storm.
        public var atOnce = 4

        /// Makes the section with its defaults.
        public init() {}
    }

    /// Who is asked before somebody may publish or play, after the server's own rules have let them.
    public struct Admission: Sendable, Equatable {
        /// What becomes of wishes while the hook does not answer.
        public enum OnFailure: String, Sendable, CaseIterable {
            /// They are granted.
            case open
            /// They are refused.
            case closed
        }

        /// Who is asked about publishers.
        ///
        /// Default nobody.
        public var publish: HookURL?
        /// Who is asked about players.
        ///
        /// Default nobody.
        public var play: HookURL?
        /// Who is asked again and again whether publishers and players may go on.
        ///
        /// Default nobody.
        public var update: HookURL?
        /// How often it is asked about each.
        ///
        /// Default 30 s, as with nginx-rtmp.
        public var updateInterval = Duration.seconds(30)
        /// Whether sessions end too when it does not answer, or not as it should.
        ///
        /// Default off: an outage of the back end takes nobody off the air.
        public var isUpdateStrict = false
        /// In which form.
        ///
        /// Default our own.
        public var format = HookFormat.swiftwater
        /// What questions are signed with; `nil` for not at all.
        public var secret: Secret?
        /// How long an answer may take.
        ///
        /// Default 3 s: less than the patience of encoders.
        public var timeLimit = Duration.seconds(3)
        /// What becomes of wishes while the hook does not answer.
        ///
        /// Default `closed`: an outage opens nothing.
        public var onFailure = OnFailure.closed
        /// Whether questions in our own form carry the parameters of the client's URL; in those of others they always do.
        ///
        /// Default off: they may be secrets.
        public var sendsQuery = false
        /// For how long after a viewer's latest request it is let in without another question.
        ///
        /// Default 60 s. It concerns those who play by playlists; for others the connection is their session.
        public var remember = Duration.seconds(60)

        /// Makes the section with its defaults.
        public init() {}
    }

    /// Whether somebody is asked again and again about any session.
    public var asksAboutSessions: Bool {
        admission.update != nil || applications.values.contains { $0.admission.update.flatMap { $0 } != nil }
            || otherApplications.admission.update.flatMap { $0 } != nil
    }

    /// Who is asked about an application, and how: its own settings, and the server's where it has none.
    public func admission(of name: String) -> Admission {
        let own = application(name).admission
        var admission = self.admission
        if let publish = own.publish { admission.publish = publish }
        if let play = own.play { admission.play = play }
        if let update = own.update { admission.update = update }
        if let format = own.format { admission.format = format }
        if let secret = own.secret { admission.secret = secret }
        if let timeLimit = own.timeLimit { admission.timeLimit = timeLimit }
        if let onFailure = own.onFailure { admission.onFailure = onFailure }
        return admission
    }
}

extension ApplicationConfiguration {
    /// Who is asked about one application; `nil` for what holds for the server.
    public struct Admission: Sendable, Equatable {
        /// Who is asked about publishers.
        public var publish: HookURL??
        /// Who is asked about players.
        public var play: HookURL??
        /// Who is asked again and again whether publishers and players may go on.
        public var update: HookURL??
        /// In which form.
        public var format: ServerConfiguration.HookFormat?
        /// What questions are signed with.
        public var secret: Secret??
        /// How long an answer may take.
        public var timeLimit: Duration?
        /// What becomes of wishes while the hook does not answer.
        public var onFailure: ServerConfiguration.Admission.OnFailure?

        /// Makes the section with its defaults.
        public init() {}
    }
}
