/// What encodes H.264 in OBS.
///
/// A request does not tell which encoders there are, so one is chosen by the graphics adapter, as its vendor would.
public enum EncoderFamily: String, Sendable, CaseIterable {
    /// NVIDIA's encoder.
    case nvenc
    /// AMD's encoder on Windows.
    case amf
    /// Intel's Quick Sync on Windows.
    case quickSync = "qsv"
    /// AMD's and Intel's encoders on Linux.
    case vaapi
    /// Apple's encoder.
    case videoToolbox = "videotoolbox"
    /// Software: everywhere, at the cost of the processor.
    case x264

    /// What suits the machine that a request tells of.
    ///
    /// The encoders take their pictures out of the memory of the adapter that composes them, so its vendor counts.
    public init(suitedTo request: ClientConfigurationRequest) {
        let vendors = request.gpuVendors
        let index = request.compositionGPUIndex ?? 0
        let vendor = vendors.indices.contains(index) ? vendors[index] : vendors.first
        switch (request.systemName, vendor) {
        case ("", _), (_, nil): self = .x264
        case ("macOS", PCIVendor.apple): self = .videoToolbox
        case ("macOS", _): self = .x264
        case (_, PCIVendor.nvidia): self = .nvenc
        case ("Windows", PCIVendor.amd): self = .amf
        case ("Windows", PCIVendor.intel): self = .quickSync
        case ("Windows", _): self = .x264
        // Until OBS 31.1 a profile for VAAPI had to be a number of FFmpeg's.
        case (_, PCIVendor.amd), (_, PCIVendor.intel): self = request.client < ClientVersion(31, 1) ? .x264 : .vaapi
        default: self = .x264
        }
    }

    private enum PCIVendor {
        static let nvidia: UInt32 = 0x10DE
        static let amd: UInt32 = 0x1002
        static let intel: UInt32 = 0x8086
        static let apple: UInt32 = 0x106B
    }
}

extension EncoderFamily {
    /// What OBS calls the encoder.
    func identifier(in client: ClientVersion) -> String {
        switch self {
        case .nvenc: client < Self.newNVENC ? "jim_nvenc" : "obs_nvenc_h264_tex"
        case .amf: "h264_texture_amf"
        case .quickSync: "obs_qsv11_v2"
        case .vaapi: "ffmpeg_vaapi_tex"
        case .videoToolbox: "com.apple.videotoolbox.videoencoder.ave.avc"
        case .x264: "obs_x264"
        }
    }

    /// The settings of the encoder for one track, in its own words.
    ///
    /// What makes tracks interchangeable is the same everywhere: constant bitrate, keyframes at fixed times and nowhere
    /// else, High profile, the same B-frames.
    func settings(bitrate: Int, ladder: MultitrackLadder, client: ClientVersion) -> [String: EncoderSetting] {
        var settings: [String: EncoderSetting] = [
            "rate_control": "CBR", "bitrate": .number(bitrate), "keyint_sec": .number(ladder.keyframeInterval),
            "profile": "high",
        ]
        settings["bf"] = .number(ladder.bFrames)
        switch self {
        case .nvenc:
            settings[client < Self.newNVENC ? "preset2" : "preset"] = "p4"
            settings["tune"] = "hq"
            settings["multipass"] = "qres"
            // Looking ahead, NVENC may put keyframes where it likes.
            settings["lookahead"] = false
        case .amf:
            settings["preset"] = "balanced"
        case .quickSync:
            settings["target_usage"] = "TU4"
            settings["latency"] = "normal"
        case .vaapi:
            settings["profile"] = "High"
        case .videoToolbox:
            settings["bf"] = nil
            settings["bframes"] = .flag(ladder.bFrames > 0)
        case .x264:
            settings["preset"] = "veryfast"
            // OBS asks every encoder for this by a setting that x264 does not know.
            settings["x264opts"] = "scenecut=0"
        }
        return settings
    }

    /// OBS 31.0 gave NVENC other names.
    private static let newNVENC = ClientVersion(31, 0)
}

/// One value in an encoder's settings.
public enum EncoderSetting: Sendable, Equatable, Encodable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    /// A word.
    case text(String)
    /// A whole number.
    case number(Int)
    /// Yes or no.
    case flag(Bool)

    /// A word.
    public init(stringLiteral value: String) { self = .text(value) }
    /// Yes or no.
    public init(booleanLiteral value: Bool) { self = .flag(value) }

    /// Writes the bare value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        }
    }
}
