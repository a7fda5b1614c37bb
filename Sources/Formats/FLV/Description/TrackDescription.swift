public import MediaModel

/// What metadata say of one track: hints, often wrong, which what comes with the track overrules.
public struct TrackDescription: Hashable, Sendable {
    /// The coding, of a legacy number, a FourCC as a number, or a name.
    public var codec: Codec?
    /// Width of the picture in pixels, 1 … 65,535.
    public var width: Int?
    /// Height of the picture in pixels, 1 … 65,535.
    public var height: Int?
    /// Frames per second, more than 0 and at most 1,000.
    public var frameRate: Double?
    /// Kilobits per second, more than 0.
    public var dataRate: Double?
    /// Samples per second, 1 … 1,048,575.
    public var sampleRate: Int?
    /// 1 … 255.
    public var channelCount: Int?
    /// The language as BCP 47 writes it, at most 35 characters.
    public var language: String?
    /// What the publisher calls the track, at most 255 characters.
    public var name: String?

    /// Makes a description that says nothing.
    public init() {}

    /// The same description, with what `other` says in the places that it leaves open; not name and language, which no
    /// two tracks share.
    func completed(by other: TrackDescription) -> TrackDescription {
        var result = self
        result.codec = codec ?? other.codec
        result.width = width ?? other.width
        result.height = height ?? other.height
        result.frameRate = frameRate ?? other.frameRate
        result.dataRate = dataRate ?? other.dataRate
        result.sampleRate = sampleRate ?? other.sampleRate
        result.channelCount = channelCount ?? other.channelCount
        return result
    }
}
