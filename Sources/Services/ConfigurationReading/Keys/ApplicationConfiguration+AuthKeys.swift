import EndpointCore

extension ApplicationConfiguration {
    /// The keys within `apps.NAME.auth`.
    static let authKeys: [ConfigurationKey<ApplicationConfiguration>] = [
        ConfigurationKey(
            "auth.publish", \.auth.publish, .inherited(.word()),
            "Who may publish in this application: as `auth.publish`, or `inherit` for the same."),
        ConfigurationKey(
            "auth.play", \.auth.play, .inherited(.word()),
            "Who may play in this application: as `auth.play`, or `inherit` for the same."),
        ConfigurationKey(
            "auth.challenge", \.auth.challenge, .word(),
            """
            How encoders that need a key are asked for user and password when they connect: `adobe` as most know it, \
            `llnw`, or `off`. The user is that of a key, or the stream's name; the password is the key.
            """),
        ConfigurationKey(
            "auth.publish-allow", \.auth.publishers.allowed, .addressRanges,
            "Addresses and networks that may publish; empty for all."),
        ConfigurationKey(
            "auth.publish-deny", \.auth.publishers.denied, .addressRanges,
            "Addresses and networks that may not publish, though they be among the allowed."),
        ConfigurationKey(
            "auth.play-allow", \.auth.players.allowed, .addressRanges,
            "Addresses and networks that may play; empty for all."),
        ConfigurationKey(
            "auth.play-deny", \.auth.players.denied, .addressRanges,
            "Addresses and networks that may not play, though they be among the allowed."),
    ]
}
