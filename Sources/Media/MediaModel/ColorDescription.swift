/// What the numbers in a picture's samples mean as colours and light (ITU-T H.273, ISO/IEC 23091-2).
public struct ColorDescription: Hashable, Sendable {
    /// The colours of the primaries (`ColourPrimaries`); 1 is BT.709, 9 is BT.2020, 2 is unspecified.
    public var primaries: UInt8
    /// From samples to light (`TransferCharacteristics`); 16 is PQ, 18 is HLG, 2 is unspecified.
    public var transferCharacteristics: UInt8
    /// From luma and chroma to red, green and blue (`MatrixCoefficients`); 2 is unspecified.
    public var matrixCoefficients: UInt8
    /// Whether samples use all their values, otherwise the narrow range of television.
    public var isFullRange: Bool

    /// Makes a description; what is left out is unspecified, and the range narrow.
    public init(
        primaries: UInt8 = 2, transferCharacteristics: UInt8 = 2, matrixCoefficients: UInt8 = 2,
        isFullRange: Bool = false
    ) {
        self.primaries = primaries
        self.transferCharacteristics = transferCharacteristics
        self.matrixCoefficients = matrixCoefficients
        self.isFullRange = isFullRange
    }

    /// How bright the brightest light may be, as HLS tells it (`VIDEO-RANGE`, RFC 8216bis §4.4.6.2).
    public enum DynamicRange: String, Hashable, Sendable {
        /// Standard.
        case sdr = "SDR"
        /// Hybrid log-gamma.
        case hlg = "HLG"
        /// Perceptual quantizer.
        case pq = "PQ"
    }

    /// The dynamic range that follows from the transfer characteristics.
    public var dynamicRange: DynamicRange {
        switch transferCharacteristics {
        case 16: .pq
        case 18: .hlg
        default: .sdr
        }
    }
}

/// The screen on which the pictures were mastered (SMPTE ST 2086).
public struct MasteringDisplay: Hashable, Sendable {
    /// A colour as a point of the CIE 1931 diagram, each coordinate 0 … 1.
    public struct Chromaticity: Hashable, Sendable {
        /// The coordinate x.
        public var x: Double
        /// The coordinate y.
        public var y: Double

        /// Makes a point.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// The red primary.
    public var red: Chromaticity
    /// The green primary.
    public var green: Chromaticity
    /// The blue primary.
    public var blue: Chromaticity
    /// White.
    public var whitePoint: Chromaticity
    /// The brightest light, in candelas per square metre.
    public var maximumLuminance: Double
    /// The darkest, in candelas per square metre.
    public var minimumLuminance: Double

    /// Makes a display.
    public init(
        red: Chromaticity, green: Chromaticity, blue: Chromaticity, whitePoint: Chromaticity, maximumLuminance: Double,
        minimumLuminance: Double
    ) {
        self.red = red
        self.green = green
        self.blue = blue
        self.whitePoint = whitePoint
        self.maximumLuminance = maximumLuminance
        self.minimumLuminance = minimumLuminance
    }
}

/// How bright the content becomes (CTA-861.3).
public struct ContentLightLevel: Hashable, Sendable {
    /// The brightest pixel, in candelas per square metre (`MaxCLL`); 0 when unknown.
    public var maximum: UInt16
    /// The brightest average of a frame, in candelas per square metre (`MaxFALL`); 0 when unknown.
    public var maximumFrameAverage: UInt16

    /// Makes a level.
    public init(maximum: UInt16, maximumFrameAverage: UInt16) {
        self.maximum = maximum
        self.maximumFrameAverage = maximumFrameAverage
    }
}
