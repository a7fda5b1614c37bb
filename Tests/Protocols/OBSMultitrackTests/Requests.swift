import OBSMultitrack

/// What OBS posts, in the shape of each form, with values of our own.
enum Requests {
    /// As OBS 30.2 on Windows asks.
    static let older = """
        {"service": "IVS", "schema_version": "2024-06-04", "authentication": "secret?x=1",
         "client": {"name": "obs-studio", "version": "30.2.3", "supported_codecs": ["h264", "h265"]},
         "capabilities": {
            "cpu": {"physical_cores": 8, "logical_cores": 16, "speed": 3600, "name": "A processor"},
            "memory": {"total": 34359738368, "free": 17179869184},
            "gaming_features": {"game_bar_enabled": true, "game_dvr_allowed": null, "game_dvr_enabled": false,
                "game_dvr_bg_recording": false, "game_mode_enabled": true, "hags_enabled": true},
            "system": {"version": "10.0", "name": "Windows", "build": 22631, "release": "23H2", "revision": 3880,
                "bits": 64, "arm": false, "armEmulation": false},
            "gpu": [
                {"model": "Built in", "vendor_id": 32902, "device_id": 1, "dedicated_video_memory": 134217728,
                 "shared_system_memory": 17179869184, "driver_version": "31.0.101.4502"},
                {"model": "A card", "vendor_id": 4318, "device_id": 2, "dedicated_video_memory": 8589934592,
                 "shared_system_memory": 17179869184, "driver_version": null}]},
         "preferences": {"maximum_aggregate_bitrate": 9000, "maximum_video_tracks": 3, "vod_track_audio": true,
            "width": 1920, "height": 1080, "framerate": {"numerator": 60, "denominator": 1},
            "canvas_width": 2560, "canvas_height": 1440, "composition_gpu_index": 1}}
        """

    /// As OBS 31.1 and later on Linux ask.
    static let newer = """
        {"service": "IVS", "schema_version": "2025-01-25", "authentication": "secret",
         "client": {"name": "obs-studio", "version": "32.2.0-rc1-4-g0123abcd", "supported_codecs": ["av1", "h264"]},
         "capabilities": {
            "cpu": {"physical_cores": 4, "logical_cores": 4, "speed": null, "name": null},
            "memory": {"total": 8589934592, "free": 1073741824}, "gaming_features": null,
            "system": {"version": "12", "name": "Debian GNU/Linux", "build": 0, "release": "6.1", "revision": "1",
                "bits": 64, "arm": false, "armEmulation": false},
            "gpu": [{"model": "A chip", "vendor_id": 4098, "device_id": 3, "dedicated_video_memory": 0,
                "shared_system_memory": 0, "driver_version": "Mesa"}]},
         "preferences": {"maximum_aggregate_bitrate": null, "maximum_video_tracks": null, "vod_track_audio": false,
            "composition_gpu_index": 0, "audio_samples_per_sec": 48000, "audio_channels": 6,
            "audio_max_buffering_ms": 0, "audio_fixed_buffering": false,
            "canvases": [
                {"width": 1280, "height": 720, "canvas_width": 1920, "canvas_height": 1080,
                 "framerate": {"numerator": 60000, "denominator": 1001}},
                {"width": 1080, "height": 1920, "canvas_width": 1080, "canvas_height": 1920,
                 "framerate": {"numerator": 60000, "denominator": 1001}}]}}
        """

    /// A request as a selection needs it.
    static func on(
        _ width: Int, _ height: Int, _ rate: FrameRate = FrameRate(60), client: ClientVersion = ClientVersion(32, 0),
        cores: Int = 0, bitrate: Int? = nil, tracks: Int? = nil, vod: Bool = false
    ) -> ClientConfigurationRequest {
        ClientConfigurationRequest(
            streamKey: StreamKey("secret"), client: client, physicalCores: cores,
            canvases: [Canvas(width: width, height: height, frameRate: rate)], maximumAggregateBitrate: bitrate,
            maximumVideoTracks: tracks, wantsVODAudio: vod)
    }

    /// Four rungs: 1080p, 720p, and at most 30 frames a second 480p and 360p.
    static let ladder = MultitrackLadder(renditions: [
        .init(height: 360, bitrate: 600, mostFramesPerSecond: 30), .init(height: 1080, bitrate: 6000),
        .init(height: 720, bitrate: 3000), .init(height: 480, bitrate: 1200, mostFramesPerSecond: 30),
    ])
}
