/// How something is coded: the attributes that sets and representations both may have (ISO/IEC 23009-1 §5.3.7).
public struct RepresentationFormat: Hashable, Sendable {
    /// The media type of segments (`@mimeType`).
    public var mimeType: String?
    /// The codings as RFC 6381 names them, comma between them (`@codecs`).
    public var codecs: String?
    /// Width of the pictures in pixels (`@width`).
    public var width: Int?
    /// Height of the pictures in pixels (`@height`).
    public var height: Int?
    /// Width to height of a pixel (`@sar`).
    public var sampleAspectRatio: AspectRatio?
    /// Pictures per second (`@frameRate`).
    public var frameRate: FrameRateFraction?
    /// Samples of sound per second (`@audioSamplingRate`).
    public var audioSamplingRate: Int?
    /// The type of the stream access point that each segment begins with, 1 … 6 (`@startWithSAP`).
    public var startWithSAP: Int?

    /// Makes a format of which nothing is said.
    public init() {}
}

/// Width to height: `16:9` (`@par`, `@sar`).
public struct AspectRatio: Hashable, Sendable {
    /// Horizontal part.
    public var width: Int
    /// Vertical part.
    public var height: Int

    /// Makes a ratio in lowest terms; of numbers that are not positive, 1:1.
    public init(width: Int, height: Int) {
        guard width > 0, height > 0 else {
            (self.width, self.height) = (1, 1)
            return
        }
        let divisor = greatestCommonDivisor(width, height)
        (self.width, self.height) = (width / divisor, height / divisor)
    }
}

/// Pictures per second as a fraction: `25`, `30000/1001` (`@frameRate`).
public struct FrameRateFraction: Hashable, Comparable, Sendable {
    /// Pictures in `denominator` seconds.
    public let numerator: Int
    /// 1 or more.
    public let denominator: Int

    /// Makes a rate in lowest terms; `nil` unless both numbers are positive and below 2³¹.
    public init?(numerator: Int, denominator: Int = 1) {
        guard (1..<1 << 31).contains(numerator), (1..<1 << 31).contains(denominator) else { return nil }
        let divisor = greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// Makes the rate that `thousandths` of pictures per second stand for, 29,970 being 30000/1001.
    public init?(thousandths: Int) {
        guard (1..<1 << 31).contains(thousandths) else { return nil }
        // The rates of NTSC: a whole rate less one in 1,001.
        let whole = (thousandths + 999) / 1000
        let isNTSC = whole > 0 && (whole * 1_000_000 + 500) / 1001 == thousandths && thousandths % 1000 != 0
        self.init(numerator: isNTSC ? whole * 1000 : thousandths, denominator: isNTSC ? 1001 : 1000)
    }

    /// Orders by speed.
    public static func < (left: FrameRateFraction, right: FrameRateFraction) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }
}

private func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return max(1, left)
}
