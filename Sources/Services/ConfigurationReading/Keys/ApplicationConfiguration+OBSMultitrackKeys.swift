extension ApplicationConfiguration {
    /// The keys within `apps.NAME.obs-multitrack`.
    static let obsMultitrackKeys: [ConfigurationKey<ApplicationConfiguration>] = [
        ConfigurationKey(
            "obs-multitrack.enabled", \.obsMultitrack.isEnabled, .onOff,
            "Whether OBS gets a ladder when it asks for one."),
        ConfigurationKey(
            "obs-multitrack.ladder", \.obsMultitrack.ladder, .ladder,
            "The renditions that OBS encodes: `height` is the shorter side in pixels, `frame-rate` the most frames a "
                + "second (OBS's own rate, otherwise). OBS gets those that fit its canvas, its user's bandwidth and its "
                + "machine."),
        ConfigurationKey(
            "obs-multitrack.audio-bitrate", \.obsMultitrack.audioBitsPerSecond, .bitRate(32_000...512_000),
            "Bitrate of the sound."),
        ConfigurationKey(
            "obs-multitrack.keyframe-interval", \.obsMultitrack.keyframeInterval, .wholeSeconds(1...10),
            "From one keyframe to the next, in whole seconds, on all tracks alike."),
        ConfigurationKey(
            "obs-multitrack.b-frames", \.obsMultitrack.bFrames, .count(0...4),
            "B-frames between two others; WebRTC players need 0."),
        ConfigurationKey(
            "obs-multitrack.encoder", \.obsMultitrack.encoder, .word(),
            "What encodes H.264 in OBS; `auto` goes by the graphics adapter, and `x264` runs everywhere."),
        ConfigurationKey(
            "obs-multitrack.server", \.obsMultitrack.server, .publishingServer,
            "Where OBS publishes, such as `rtmps://ingest.example.com/live`; `auto` is the host at which it asked, and "
                + "the port of `rtmp.listen`."),
    ]
}
