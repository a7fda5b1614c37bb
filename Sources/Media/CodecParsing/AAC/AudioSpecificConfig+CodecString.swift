extension AudioSpecificConfig {
    /// `mp4a.40.` and the audio object type: 2 LC, 5 HE-AAC, 29 HE-AAC v2, 42 xHE-AAC (RFC 6381 §3.3).
    var codecString: String { "mp4a.40.\(announcedObjectType.rawValue)" }
}
