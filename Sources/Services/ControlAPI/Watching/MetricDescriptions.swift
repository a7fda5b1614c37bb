/// What the metrics of streams and tracks mean, for whoever reads `/metrics`.
public enum MetricDescriptions {
    /// By name.
    public static let byName: [String: String] = [
        "swiftwater_stream_received_frames_total": "Frames that came from the publisher of a stream.",
        "swiftwater_stream_received_payload_bytes_total": "Payload bytes of the frames that came from the publisher.",
        "swiftwater_stream_delivered_frames_total": "Frames that viewers were given, counted once for each viewer.",
        "swiftwater_stream_delivered_bytes_total": "Bytes that viewers were given, counted once for each viewer.",
        "swiftwater_stream_lost_frames_total": "Frames that were left out for viewers too slow to take them.",
        "swiftwater_stream_timestamp_jumps_total": "Breaks in the publisher's timestamps.",
        "swiftwater_stream_age_seconds": "For how long the stream has been live.",
        "swiftwater_stream_speed_ratio": "Media time that came for each second; 1 for a publisher that keeps up.",
        "swiftwater_stream_skew_seconds": "How far the latest pictures are ahead of the latest sound.",
        "swiftwater_stream_viewers": "Viewers of the stream, by transport.",
        "swiftwater_stream_finding": "1 for as long as something is wrong with the stream.",
        "swiftwater_track_received_frames_total": "Frames of a track that came from the publisher.",
        "swiftwater_track_received_payload_bytes_total": "Payload bytes of a track.",
        "swiftwater_track_timestamp_repairs_total": "Frames whose time was raised so as not to go back.",
        "swiftwater_track_bytes_per_second": "Payload of a track over the latest ten seconds.",
        "swiftwater_track_frames_per_second": "Frames of a track over the latest ten seconds.",
        "swiftwater_track_keyframe_interval_seconds": "Mean distance of the latest eight keyframes.",
        "swiftwater_track_silence_seconds": "Time since the last frame of a track.",
        "swiftwater_webhook_deliveries_total": "Messages that a webhook has taken.",
        "swiftwater_webhook_failures_total": "Tries to deliver a message that failed.",
        "swiftwater_webhook_dropped_total": "Messages for a webhook that were given up.",
        "swiftwater_webhook_queued": "Messages that wait for a webhook.",
        "swiftwater_webhook_oldest_seconds": "Age of the oldest message that waits for a webhook.",
        "swiftwater_admission_answers_total": "What admission hooks answered, or that they failed.",
        "swiftwater_key_set_fetches_total": "How often published keys were fetched, and what came of it.",
        "swiftwater_track_jitter_seconds": "How unevenly frames arrive compared with their times.",
    ]
}
