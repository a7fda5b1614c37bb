/// The answer to `GetClientConfiguration`: where OBS publishes, and what it encodes.
public struct ClientConfiguration: Sendable, Equatable, Encodable {
    /// What the answer is called.
    public var meta: Meta
    /// How it went.
    public var status: Status
    /// Where to publish.
    public var ingestEndpoints: [IngestEndpoint] = []
    /// The video tracks; the first is track 0.
    public var encoderConfigurations: [VideoEncoder] = []
    /// The audio tracks.
    public var audioConfigurations = AudioConfigurations()

    private enum CodingKeys: String, CodingKey {
        case meta, status
        case ingestEndpoints = "ingest_endpoints"
        case encoderConfigurations = "encoder_configurations"
        case audioConfigurations = "audio_configurations"
    }

    /// What the answer is called.
    public struct Meta: Sendable, Equatable, Encodable {
        /// As in the request.
        public var service: String
        /// As in the request.
        public var schemaVersion: String
        /// What OBS appends to the stream key as `clientConfigId`; the same for the same tracks.
        public var configID: String

        private enum CodingKeys: String, CodingKey {
            case service
            case schemaVersion = "schema_version"
            case configID = "config_id"
        }
    }

    /// How it went.
    public enum Status: Sendable, Equatable {
        /// OBS goes on.
        case success
        /// OBS shows the sentence, and asks whether to go on.
        case warning(html: String)
        /// OBS shows the sentence, and does not start.
        case error(html: String)
    }

    /// A place to publish.
    public struct IngestEndpoint: Sendable, Equatable, Encodable {
        /// `RTMP` or `RTMPS`.
        public var `protocol`: String
        /// The address, with `{stream_key}` where OBS puts the key that its user typed.
        public var urlTemplate: String

        private enum CodingKeys: String, CodingKey {
            case `protocol`
            case urlTemplate = "url_template"
        }
    }

    /// One video track.
    public struct VideoEncoder: Sendable, Equatable, Encodable {
        /// What OBS calls the encoder.
        public var type: String
        /// In pixels.
        public var width: Int
        /// In pixels.
        public var height: Int
        /// The canvas's rate, or a whole fraction of it.
        public var framerate: FrameRate
        /// Bicubic: what OBS does by itself.
        public var gpuScaleType = "OBS_SCALE_BICUBIC"
        /// BT.709, as browsers expect it of H.264.
        public var colorspace = "VIDEO_CS_709"
        /// Video range.
        public var range = "VIDEO_RANGE_PARTIAL"
        /// 8 bits, 4:2:0: the one form that every decoder takes.
        public var format = "VIDEO_FORMAT_NV12"
        /// In the encoder's own words.
        public var settings: [String: EncoderSetting]
        /// Which canvas; the main one.
        public var canvasIndex = 0

        private enum CodingKeys: String, CodingKey {
            case type, width, height, framerate, colorspace, range, format, settings
            case gpuScaleType = "gpu_scale_type"
            case canvasIndex = "canvas_index"
        }
    }

    /// The audio tracks by what they are for.
    public struct AudioConfigurations: Sendable, Equatable, Encodable {
        /// What viewers hear.
        public var live: [AudioEncoder] = []
        /// The other mix, where the user chose one.
        public var vod: [AudioEncoder]?
    }

    /// One audio track.
    public struct AudioEncoder: Sendable, Equatable, Encodable {
        /// `aac`; OBS takes its user's AAC encoder whatever stands here.
        public var codec = "aac"
        /// Counted from 1.
        public var trackID: Int
        /// As many as OBS mixes: with fewer it refuses to start.
        public var channels: Int
        /// In the encoder's own words.
        public var settings: [String: EncoderSetting]

        private enum CodingKeys: String, CodingKey {
            case codec, channels, settings
            case trackID = "track_id"
        }
    }
}

extension ClientConfiguration.Status: Encodable {
    private enum CodingKeys: String, CodingKey {
        case result
        case html = "html_en_us"
    }

    /// Writes `{"result": …, "html_en_us": …}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .success:
            try container.encode("success", forKey: .result)
        case .warning(let html):
            try container.encode("warning", forKey: .result)
            try container.encode(html, forKey: .html)
        case .error(let html):
            try container.encode("error", forKey: .result)
            try container.encode(html, forKey: .html)
        }
    }
}
