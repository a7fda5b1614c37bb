/// What OBS tells of itself when it asks how to encode (`GetClientConfiguration`).
///
/// Only what a ladder is chosen by; OBS sends more, such as the model of the processor.
public struct ClientConfigurationRequest: Sendable, Equatable {
    /// Which service's form the client speaks; OBS says `IVS` to everybody.
    public var service: String
    /// The version of the form: `2024-06-04` up to OBS 31.0, `2025-01-25` since.
    public var schemaVersion: String
    /// The stream key that the user typed, its query included.
    public var streamKey: StreamKey
    /// The version of OBS.
    public var client: ClientVersion
    /// The operating system: `Windows`, `macOS`, `Linux` or a distribution's name; empty on Macs without Apple silicon.
    public var systemName: String
    /// Cores of the processor; 0 where OBS cannot tell.
    public var physicalCores: Int
    /// The PCI vendors of the graphics adapters, in OBS's order.
    public var gpuVendors: [UInt32]
    /// Which of them composes the picture.
    public var compositionGPUIndex: Int?
    /// The pictures that OBS composes; the main one first.
    public var canvases: [Canvas]
    /// Kilobits per second that all tracks together may take; `nil` where the user left it to the server.
    public var maximumAggregateBitrate: Int?
    /// Video tracks at most; `nil` where the user left it to the server.
    public var maximumVideoTracks: Int?
    /// Whether the user chose another mix of sound for recordings, which needs an encoder of its own.
    public var wantsVODAudio: Bool
    /// Audio channels of OBS's mix: 2 where the client does not tell, which is before OBS 31.1.
    public var audioChannels: Int

    /// Makes a request.
    public init(
        service: String = "IVS", schemaVersion: String = "2025-01-25", streamKey: StreamKey,
        client: ClientVersion, systemName: String = "", physicalCores: Int = 0, gpuVendors: [UInt32] = [],
        compositionGPUIndex: Int? = nil, canvases: [Canvas], maximumAggregateBitrate: Int? = nil,
        maximumVideoTracks: Int? = nil, wantsVODAudio: Bool = false, audioChannels: Int = 2
    ) {
        self.service = service
        self.schemaVersion = schemaVersion
        self.streamKey = streamKey
        self.client = client
        self.systemName = systemName
        self.physicalCores = physicalCores
        self.gpuVendors = gpuVendors
        self.compositionGPUIndex = compositionGPUIndex
        self.canvases = canvases
        self.maximumAggregateBitrate = maximumAggregateBitrate
        self.maximumVideoTracks = maximumVideoTracks
        self.wantsVODAudio = wantsVODAudio
        self.audioChannels = audioChannels
    }
}

/// A picture that OBS composes and hands to its encoders.
public struct Canvas: Sendable, Equatable, Decodable {
    /// The size that the user wants to send, in pixels.
    public var width: Int
    /// The size that the user wants to send, in pixels.
    public var height: Int
    /// How many pictures a second.
    public var frameRate: FrameRate

    private enum CodingKeys: String, CodingKey {
        case width, height
        case frameRate = "framerate"
    }

    /// Makes a canvas.
    public init(width: Int, height: Int, frameRate: FrameRate) {
        self.width = width
        self.height = height
        self.frameRate = frameRate
    }
}

/// Pictures a second, as a fraction.
public struct FrameRate: Sendable, Equatable, Codable {
    /// How many pictures.
    public var numerator: Int
    /// In how many seconds.
    public var denominator: Int

    /// Makes a rate.
    public init(_ numerator: Int, _ denominator: Int = 1) {
        self.numerator = numerator
        self.denominator = denominator
    }
}

/// A stream key: it opens a stream, and is therefore shown as `…`.
public struct StreamKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key itself; not for logs.
    public let text: String

    /// Makes a key.
    public init(_ text: String) {
        self.text = text
    }

    /// `…`.
    public var description: String { "…" }
    /// `…`.
    public var debugDescription: String { "…" }
    /// A mirror that shows nothing, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
