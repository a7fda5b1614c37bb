extension ServerConfiguration {
    /// The keys of webhooks and admission.
    static let webhookKeys: [ConfigurationKey<ServerConfiguration>] = [
        ConfigurationKey(
            "webhooks", \.webhooks, .webhooks,
            """
            Who is told what happens: each has a `url`, and may have `events` (all, if none are named), a `format` \
            (`swiftwater`, `nginx-rtmp` or `srs`), a `secret` to sign with (`file:` and a path names a file), and a \
            `name` for the API, metrics and logs.
            """),
        ConfigurationKey(
            "webhook-queue.events", \.webhookQueue.events, .count(1...1_000_000),
            "Events that wait for one webhook; the oldest give way."),
        ConfigurationKey(
            "webhook-queue.bytes", \.webhookQueue.bytes, .size(64 << 10...1 << 30),
            "Bytes of the events that wait for one webhook; the oldest give way."),
        ConfigurationKey(
            "webhook-queue.keep", \.webhookQueue.keep, .time(.seconds(1) ... .seconds(30 * 86_400)),
            "How long an event is tried."),
        ConfigurationKey(
            "webhook-queue.time-limit", \.webhookQueue.timeLimit, .time(.milliseconds(100) ... .seconds(60)),
            "How long a webhook may take to answer."),
        ConfigurationKey(
            "webhook-queue.longest-pause", \.webhookQueue.longestPause, .time(.seconds(1) ... .seconds(86_400)),
            "The longest between two tries; the first pause is a second, and each is twice the one before."),
        ConfigurationKey(
            "webhook-queue.at-once", \.webhookQueue.atOnce, .count(1...64),
            "Events on their way to one webhook at the same time, each of another stream."),
        ConfigurationKey(
            "admission.publish", \.admission.publish, .hookURLOrOff,
            "Who is asked before somebody may publish, after the server's own rules have let them."),
        ConfigurationKey(
            "admission.play", \.admission.play, .hookURLOrOff,
            "Who is asked before somebody may play, after the server's own rules have let them."),
        ConfigurationKey(
            "admission.update", \.admission.update, .hookURLOrOff,
            "Who is asked again and again whether somebody may go on publishing or playing, as nginx-rtmp's `on_update` is."
        ),
        ConfigurationKey(
            "admission.update-interval", \.admission.updateInterval, .time(.seconds(1) ... .seconds(3600)),
            "How often `admission.update` is asked about each session."),
        ConfigurationKey(
            "admission.update-strict", \.admission.isUpdateStrict, .onOff,
            "Whether sessions end too when `admission.update` does not answer, or not as it should."),
        ConfigurationKey(
            "admission.format", \.admission.format, .word(),
            "The form of questions and answers: our own, or that of back ends made for nginx-rtmp or SRS."),
        ConfigurationKey(
            "admission.secret", \.admission.secret, .secret,
            "What questions are signed with. `file:` and a path names a file."),
        ConfigurationKey(
            "admission.time-limit", \.admission.timeLimit, .time(.milliseconds(100) ... .seconds(30)),
            "How long an answer may take."),
        ConfigurationKey(
            "admission.on-failure", \.admission.onFailure, .word(),
            "What becomes of wishes while the hook does not answer: `open` grants them, `closed` refuses them."),
        ConfigurationKey(
            "admission.send-query", \.admission.sendsQuery, .onOff,
            "Whether questions in our own form carry the parameters of the client's URL, which may be secrets of your "
                + "back end. In the forms of others they always do. Keys and tokens of this server are left out."),
        ConfigurationKey(
            "admission.remember", \.admission.remember, .time(.seconds(1) ... .seconds(3600)),
            "For how long after its latest request a viewer of playlists is let in without another question."),
    ]

    static let webhookSections = [
        ("webhook-queue", "How events wait for webhooks; each has a queue of its own, which survives a restart."),
        ("admission", "Who is asked before somebody may publish or play; see Documentation/webhooks.md."),
    ]
}

extension ApplicationConfiguration {
    /// The keys within `apps.NAME.admission`.
    static let admissionKeys: [ConfigurationKey<ApplicationConfiguration>] = [
        ConfigurationKey(
            "admission.publish", \.admission.publish, .inherited(.hookURLOrOff),
            "As `admission.publish`, or `inherit` for the same."),
        ConfigurationKey(
            "admission.play", \.admission.play, .inherited(.hookURLOrOff),
            "As `admission.play`, or `inherit` for the same."),
        ConfigurationKey(
            "admission.update", \.admission.update, .inherited(.hookURLOrOff),
            "As `admission.update`, or `inherit` for the same."),
        ConfigurationKey(
            "admission.format", \.admission.format, .inherited(.word()),
            "As `admission.format`, or `inherit` for the same."),
        ConfigurationKey(
            "admission.secret", \.admission.secret, .inherited(.secret),
            "As `admission.secret`, or `inherit` for the same."),
        ConfigurationKey(
            "admission.time-limit", \.admission.timeLimit, .inherited(.time(.milliseconds(100) ... .seconds(30))),
            "As `admission.time-limit`, or `inherit` for the same."),
        ConfigurationKey(
            "admission.on-failure", \.admission.onFailure, .inherited(.word()),
            "As `admission.on-failure`, or `inherit` for the same."),
    ]
}
