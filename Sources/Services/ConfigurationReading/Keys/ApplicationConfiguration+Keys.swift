extension ApplicationConfiguration {
    /// The keys within `apps.NAME`.
    static let keys = KeyTable<ApplicationConfiguration>(
        keys: [
            ConfigurationKey(
                "gop-cache", \.gopCache, .onOff,
                "Whether the newest group of pictures is kept, so that who joins sees a picture at once."),
            ConfigurationKey(
                "gop-cache-bytes", \.gopCacheBytes, .size(64 << 10...1 << 30),
                "Bytes that the cache may hold; a longer group of pictures is not kept."),
            ConfigurationKey(
                "gop-cache-duration", \.gopCacheDuration, .time(.seconds(1) ... .seconds(300)),
                "Media time that the cache may hold; a longer group of pictures is not kept."),
            ConfigurationKey(
                "on-duplicate", \.onDuplicate, .word(),
                "Who wins a name that two publish: `reject` the first, `takeover` the second."),
            ConfigurationKey(
                "resume-within", \.resumeWithin, .time(.zero ... .seconds(600)),
                "How long a stream whose publisher vanished keeps its viewers and waits for its return; 0 not at all."),
            ConfigurationKey(
                "wait-for-publisher", \.waitForPublisher, .time(.zero ... .seconds(600)),
                "How long an RTMP player that comes before the publisher waits; 0 not at all.", effect: .newConnections),
            ConfigurationKey(
                "gather", \.gather, .time(.zero ... .seconds(1)),
                "How long frames are gathered before they are sent: more viewers on one machine for that much latency."),
            ConfigurationKey(
                "read-pace", \.readPace, .time(.zero ... .seconds(1)),
                """
                How late a publisher may be read while nobody watches, which halves its cost. With viewers it is read at \
                once, or within the time of `gather`; with 0 always at once.
                """),
            ConfigurationKey(
                "record", \.record, .word(),
                """
                Whether streams are recorded, and in which format: fragmented MP4 or FLV. Streams that are on the air are \
                recorded from their next keyframe on, or no more.
                """),

            ConfigurationKey(
                "slow-viewer.window-bytes", \.slowViewer.windowBytes, .size(256 << 10...1 << 30),
                "Bytes that a viewer may lag behind before it skips to the newest keyframe."),
            ConfigurationKey(
                "slow-viewer.window-duration", \.slowViewer.windowDuration, .time(.milliseconds(500) ... .seconds(300)),
                "Media time that a viewer may lag behind before it skips to the newest keyframe."),
            ConfigurationKey(
                "slow-viewer.close-after", \.slowViewer.closeAfter, .time(.seconds(1) ... .seconds(600)),
                "A viewer who took nothing for so long is closed."),

            ConfigurationKey(
                "hls.enabled", \.hls.isEnabled, .onOff, "Whether streams are offered as HLS.", effect: .newStreams),
            ConfigurationKey(
                "hls.segment", \.hls.segment, .time(.milliseconds(500) ... .seconds(30)),
                "Least length of a segment; one ends with the first keyframe after it.", effect: .newStreams),
            ConfigurationKey(
                "hls.part", \.hls.part, .time(.zero ... .seconds(5)),
                "Length of the parts that go out before their segment is whole (Low-Latency HLS); 0 for none.",
                effect: .newStreams),
            ConfigurationKey(
                "hls.window", \.hls.window, .time(.seconds(2) ... .seconds(21_600)),
                "How much of the past a playlist offers, as far as `hls.memory` reaches: six segments at least, and 10,800 at most, "
                    + "which is six hours of segments of 2 s."),
            ConfigurationKey("hls.ts", \.hls.mpegTS, .onOff, "Whether MPEG-TS segments are offered too (`?ts=1`)."),
            ConfigurationKey(
                "hls.memory", \.hls.memoryBytes, .size(1 << 20...64 << 30),
                "Bytes of segments that a stream may keep in memory, in each form (fragmented MP4, and MPEG-TS once somebody "
                    + "asks for it), with those that have left the playlist and can still be had; the oldest leave early."
            ),
            ConfigurationKey(
                "dash.enabled", \.dash.isEnabled, .onOff,
                "Whether streams that are offered as HLS have a DASH manifest too.", effect: .newStreams),
        ] + obsMultitrackKeys + authKeys + admissionKeys,
        sections: [
            ("slow-viewer", "What becomes of viewers who take less than is sent."),
            ("hls", "HTTP Live Streaming."),
            ("dash", "Dynamic Adaptive Streaming over HTTP, with the segments of HLS."),
            ("auth", "Who may publish and play in this application; see Documentation/authentication.md."),
            (
                "obs-multitrack",
                "What OBS is told to send when it asks at `/api/obs/GetClientConfiguration?app=NAME` (Multitrack Video)."
            ),
            ("admission", "Who is asked before somebody may publish or play in this application."),
        ],
        later: ["push"])
}
