/// Reads both forms of the request: `2024-06-04`, where the one canvas is part of the preferences, and `2025-01-25`, where
/// there is a list of them.
///
/// The document's size and nesting are the caller's to bound. What no ladder depends on is not looked at, so that another
/// version of OBS is understood as long as it can be.
extension ClientConfigurationRequest: Decodable {
    private enum Keys: String, CodingKey {
        case service, authentication, client, capabilities, preferences, version, cpu, gpu, system, name, canvases
        case schemaVersion = "schema_version"
        case physicalCores = "physical_cores"
        case vendorID = "vendor_id"
        case compositionGPUIndex = "composition_gpu_index"
        case maximumAggregateBitrate = "maximum_aggregate_bitrate"
        case maximumVideoTracks = "maximum_video_tracks"
        case vodTrackAudio = "vod_track_audio"
        case audioChannels = "audio_channels"
    }

    /// Reads a request.
    ///
    /// - Throws: `DecodingError` where the key or the picture is missing, or something is of another type.
    public init(from decoder: any Decoder) throws {
        let root = try decoder.container(keyedBy: Keys.self)
        let preferences = try root.nestedContainer(keyedBy: Keys.self, forKey: .preferences)
        var canvases = try preferences.decodeIfPresent([Canvas].self, forKey: .canvases) ?? []
        if canvases.isEmpty { canvases = [try root.decode(Canvas.self, forKey: .preferences)] }
        let client = try root.nestedContainer(keyedBy: Keys.self, forKey: .client)

        self.init(
            service: try root.decodeIfPresent(String.self, forKey: .service) ?? "",
            schemaVersion: try root.decodeIfPresent(String.self, forKey: .schemaVersion) ?? "",
            streamKey: StreamKey(try root.decode(String.self, forKey: .authentication)),
            client: ClientVersion(try client.decodeIfPresent(String.self, forKey: .version) ?? ""),
            compositionGPUIndex: try preferences.decodeIfPresent(Int.self, forKey: .compositionGPUIndex),
            canvases: canvases,
            // The user interface starts at 0, which means nothing.
            maximumAggregateBitrate: try preferences.decodeIfPresent(Int.self, forKey: .maximumAggregateBitrate)
                .flatMap { $0 > 0 ? $0 : nil },
            maximumVideoTracks: try preferences.decodeIfPresent(Int.self, forKey: .maximumVideoTracks)
                .flatMap { $0 > 0 ? $0 : nil },
            wantsVODAudio: try preferences.decodeIfPresent(Bool.self, forKey: .vodTrackAudio) ?? false,
            audioChannels: try preferences.decodeIfPresent(Int.self, forKey: .audioChannels) ?? 2)

        guard root.contains(.capabilities) else { return }
        let capabilities = try root.nestedContainer(keyedBy: Keys.self, forKey: .capabilities)
        if capabilities.contains(.system) {
            let system = try capabilities.nestedContainer(keyedBy: Keys.self, forKey: .system)
            systemName = try system.decodeIfPresent(String.self, forKey: .name) ?? ""
        }
        if capabilities.contains(.cpu) {
            let cpu = try capabilities.nestedContainer(keyedBy: Keys.self, forKey: .cpu)
            physicalCores = try cpu.decodeIfPresent(Int.self, forKey: .physicalCores) ?? 0
        }
        gpuVendors = try capabilities.decodeIfPresent([Adapter].self, forKey: .gpu)?.map(\.vendor) ?? []
    }

    private struct Adapter: Decodable {
        let vendor: UInt32

        init(from decoder: any Decoder) throws {
            vendor = try decoder.container(keyedBy: Keys.self).decodeIfPresent(UInt32.self, forKey: .vendorID) ?? 0
        }
    }
}
