public import MediaModel

/// What a publisher says about colours and light, from the next frame on (Enhanced RTMP v2, "Metadata Frame").
///
/// Each replaces the one before it; an empty one takes everything back. Whether samples use all their values it does not
/// say. A code point of 2, "unspecified", says nothing.
public struct ColorInfo: Hashable, Sendable {
    /// Bits in a sample, if said.
    public var bitDepth: Int?
    /// `ColourPrimaries` (ITU-T H.273), if said.
    public var colorPrimaries: UInt8?
    /// `TransferCharacteristics` (ITU-T H.273), if said.
    public var transferCharacteristics: UInt8?
    /// `MatrixCoefficients` (ITU-T H.273), if said.
    public var matrixCoefficients: UInt8?
    /// `hdrCll`, if said.
    public var contentLightLevel: ContentLightLevel?
    /// `hdrMdcv`, if said; coordinates and luminances that were left out are 0.
    public var masteringDisplay: MasteringDisplay?

    /// Makes what takes everything back.
    public init() {}

    /// Makes what says the colours of `format`.
    public init(_ format: VideoFormat) {
        bitDepth = format.bitDepth
        colorPrimaries = format.color.flatMap { Self.specified($0.primaries) }
        transferCharacteristics = format.color.flatMap { Self.specified($0.transferCharacteristics) }
        matrixCoefficients = format.color.flatMap { Self.specified($0.matrixCoefficients) }
        contentLightLevel = format.contentLightLevel
        masteringDisplay = format.masteringDisplay
    }

    /// The code point of ITU-T H.273 that says nothing.
    static let unspecified: UInt8 = 2

    static func specified(_ codePoint: UInt8) -> UInt8? {
        codePoint == unspecified ? nil : codePoint
    }

    /// Puts what is said in the place of what `format` has.
    public func apply(to format: inout VideoFormat) {
        if let bitDepth { format.bitDepth = bitDepth }
        if colorPrimaries != nil || transferCharacteristics != nil || matrixCoefficients != nil {
            var color = format.color ?? ColorDescription()
            if let colorPrimaries { color.primaries = colorPrimaries }
            if let transferCharacteristics { color.transferCharacteristics = transferCharacteristics }
            if let matrixCoefficients { color.matrixCoefficients = matrixCoefficients }
            format.color = color
        }
        if let contentLightLevel { format.contentLightLevel = contentLightLevel }
        if let masteringDisplay { format.masteringDisplay = masteringDisplay }
    }
}
