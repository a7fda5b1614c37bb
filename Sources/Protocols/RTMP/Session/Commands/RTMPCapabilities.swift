public import AMF
public import FLV
import MediaModel

/// What one side says about Enhanced RTMP when it connects (Enhanced RTMP v2, "Enhancing NetConnection connect").
///
/// Absence proves nothing for a publisher: OBS announces none of this and sends it all. A player that announces nothing
/// knows the legacy codecs only.
public struct RTMPCapabilities: Sendable, Equatable {
    /// What a side can do with a codec.
    public struct CodecAbilities: OptionSet, Sendable, Hashable {
        /// The bits as they travel.
        public let rawValue: UInt8
        /// Makes a set of the bits as they travel.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// It can decode the codec.
        public static let decode = Self(rawValue: 1)
        /// It can encode the codec.
        public static let encode = Self(rawValue: 2)
        /// It can hand the codec on without looking into it.
        public static let forward = Self(rawValue: 4)
    }

    /// What a side understands beyond codecs: `capsEx`.
    public struct Extensions: OptionSet, Sendable, Hashable {
        /// The bits as they travel.
        public let rawValue: UInt8
        /// Makes a set of the bits as they travel.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Reconnect requests.
        public static let reconnect = Self(rawValue: 1)
        /// Several tracks of a kind.
        public static let multitrack = Self(rawValue: 2)
        /// ModEx packets.
        public static let modEx = Self(rawValue: 4)
        /// Timestamps with nanoseconds.
        public static let timestampNanoOffset = Self(rawValue: 8)
    }

    /// What a side understands of video: `videoFunction`.
    public struct VideoFunctions: OptionSet, Sendable, Hashable {
        /// The bits as they travel.
        public let rawValue: UInt8
        /// Makes a set of the bits as they travel.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Seeking to any frame.
        public static let clientSeek = Self(rawValue: 1)
        /// High dynamic range.
        public static let hdr = Self(rawValue: 2)
        /// Packets of metadata among the video.
        public static let metadata = Self(rawValue: 4)
        /// Large-scale tiles.
        public static let largeScaleTile = Self(rawValue: 8)
    }

    /// `fourCcList`: codecs that it can send or receive, such as `hvc1`; `*` is any.
    public var fourCCs: [String] = []
    /// `videoFourCcInfoMap`: what it can do with a video codec; `*` stands for any.
    public var videoCodecs: [String: CodecAbilities] = [:]
    /// `audioFourCcInfoMap`: what it can do with an audio codec; `*` stands for any.
    public var audioCodecs: [String: CodecAbilities] = [:]
    /// `capsEx`.
    public var extensions: Extensions = []
    /// `videoFunction`.
    public var videoFunctions: VideoFunctions = []

    /// Makes capabilities of a side that says nothing.
    public init() {}

    /// A server that hands on any codec, several tracks of a kind, and reconnect requests.
    public static let forwarding: Self = {
        var capabilities = Self()
        capabilities.fourCCs = ["*"]
        capabilities.videoCodecs = ["*": .forward]
        capabilities.audioCodecs = ["*": .forward]
        capabilities.extensions = [.reconnect, .multitrack, .modEx, .timestampNanoOffset]
        capabilities.videoFunctions = [.hdr, .metadata]
        return capabilities
    }()

    /// Whether anything of Enhanced RTMP is said; `videoFunction` alone is older than that.
    public var isEnhanced: Bool {
        !fourCCs.isEmpty || !videoCodecs.isEmpty || !audioCodecs.isEmpty || !extensions.isEmpty
    }

    /// How many codecs a side may name in each of its lists.
    ///
    /// 64: Enhanced RTMP knows twelve, and what is behind them is not read.
    public static let mostCodecs = 64

    /// Whether this side can be sent the codec with this FourCC: it decodes it, or hands it on.
    ///
    /// `*` in the list stands for every codec, in a map for every codec of the map's kind.
    public func canReceive(_ fourCC: FourCC) -> Bool {
        let receiving: CodecAbilities = [.decode, .forward]
        let codes = [fourCC.description, "*"]
        let map =
            switch fourCC.codec?.kind {
            case .video: videoCodecs
            case .audio: audioCodecs
            case nil: [String: CodecAbilities]()
            }
        return codes.contains { fourCCs.contains($0) || !receiving.isDisjoint(with: map[$0] ?? []) }
    }

    /// What this side can be sent when it plays.
    ///
    /// One that says nothing of codecs gets what players of old know. FFmpeg's `-rtmp_enhanced_codecs` says `fourCcList`
    /// alone: it gets those codecs, and default tracks only.
    public var receiver: ReceiverCapabilities {
        .enhanced(
            codecs: ReceiverCapabilities.Codecs(FourCC.known.filter(canReceive)),
            multitrack: extensions.contains(.multitrack), nanoseconds: extensions.contains(.timestampNanoOffset),
            // High dynamic range implies the metadata that tell it.
            videoMetadata: !videoFunctions.isDisjoint(with: [.hdr, .metadata]))
    }
}

extension RTMPCapabilities {
    /// Reads what the command object or the status of a `connect` says.
    public init(_ object: AMF0Value) {
        self.init()
        fourCCs = object["fourCcList"]?.elements?.prefix(Self.mostCodecs).compactMap(\.string) ?? []
        videoCodecs = Self.codecs(object["videoFourCcInfoMap"])
        audioCodecs = Self.codecs(object["audioFourCcInfoMap"])
        extensions = Extensions(rawValue: Self.bits(object["capsEx"]))
        videoFunctions = VideoFunctions(rawValue: Self.bits(object["videoFunction"]))
    }

    /// The properties that say it, those left out that say nothing.
    public var properties: [AMFProperty] {
        var properties: [AMFProperty] = []
        if !fourCCs.isEmpty {
            properties.append(AMFProperty("fourCcList", .strictArray(fourCCs.map(AMF0Value.string))))
        }
        if !videoCodecs.isEmpty { properties.append(AMFProperty("videoFourCcInfoMap", Self.map(videoCodecs))) }
        if !audioCodecs.isEmpty { properties.append(AMFProperty("audioFourCcInfoMap", Self.map(audioCodecs))) }
        if !extensions.isEmpty { properties.append(AMFProperty("capsEx", .number(Double(extensions.rawValue)))) }
        if !videoFunctions.isEmpty {
            properties.append(AMFProperty("videoFunction", .number(Double(videoFunctions.rawValue))))
        }
        return properties
    }

    private static func codecs(_ value: AMF0Value?) -> [String: CodecAbilities] {
        var codecs: [String: CodecAbilities] = [:]
        for property in (value?.properties ?? []).prefix(mostCodecs) {
            codecs[property.name] = CodecAbilities(rawValue: bits(property.value))
        }
        return codecs
    }

    private static func map(_ codecs: [String: CodecAbilities]) -> AMF0Value {
        .object(codecs.sorted { $0.key < $1.key }.map { AMFProperty($0.key, .number(Double($0.value.rawValue))) })
    }

    private static func bits(_ value: AMF0Value?) -> UInt8 {
        value?.number.flatMap { UInt64(exactly: $0) }.map { UInt8(truncatingIfNeeded: $0) } ?? 0
    }
}
