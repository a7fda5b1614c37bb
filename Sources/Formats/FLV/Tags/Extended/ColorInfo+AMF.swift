import AMF
import MediaModel
public import NIOCore

extension ColorInfo {
    /// Reads the body of a metadata packet, pairs of names and values; `nil` when no `colorInfo` is among them.
    ///
    /// Of several the last counts. Numbers that cannot be are passed over.
    ///
    /// - Throws: `.malformedMetadata`.
    public init?(parsing body: ByteBuffer) throws(FLVFault) {
        let values: [AMF0Value]
        do throws(AMFFault) {
            values = try AMF0Decoder.decodeAll(body)
        } catch {
            throw .malformedMetadata(error)
        }
        var found: AMF0Value?
        for index in stride(from: 0, to: values.count, by: 2) where values[index].string == Self.name {
            found = values.indices.contains(index + 1) ? values[index + 1] : .undefined
        }
        guard let found else { return nil }
        self.init(found)
    }

    /// Appends the body of a metadata packet.
    ///
    /// What is not said of the colours is written as unspecified, also when nothing is said: FFmpeg takes `undefined`, the
    /// recommended way to take everything back, and whatever is left out for 0, which makes red, green and blue of
    /// luma and chroma.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeAMF0(.string(Self.name))
        buffer.writeAMF0(.object(properties))
    }

    private static let name = "colorInfo"

    private init(_ object: AMF0Value) {
        let config = object["colorConfig"]
        bitDepth = config?["bitDepth"]?.whole(in: 1...16)
        colorPrimaries = config?["colorPrimaries"]?.codePoint
        transferCharacteristics = config?["transferCharacteristics"]?.codePoint
        matrixCoefficients = config?["matrixCoefficients"]?.codePoint
        if let level = object["hdrCll"] {
            let maximum = level["maxCLL"]?.positive(upTo: Self.brightest)
            let average = level["maxFall"]?.positive(upTo: Self.brightest)
            if maximum != nil || average != nil {
                contentLightLevel = ContentLightLevel(
                    maximum: UInt16((maximum ?? 0).rounded()), maximumFrameAverage: UInt16((average ?? 0).rounded()))
            }
        }
        masteringDisplay = object["hdrMdcv"].flatMap(MasteringDisplay.init(mdcv:))
    }

    private var properties: [AMFProperty] {
        var config: [AMFProperty] = []
        if let bitDepth { config.append(AMFProperty("bitDepth", .number(Double(bitDepth)))) }
        for (name, codePoint) in [
            ("colorPrimaries", colorPrimaries), ("transferCharacteristics", transferCharacteristics),
            ("matrixCoefficients", matrixCoefficients),
        ] {
            config.append(AMFProperty(name, .number(Double(codePoint ?? Self.unspecified))))
        }
        var properties = [AMFProperty("colorConfig", .object(config))]
        if let contentLightLevel {
            properties.append(
                AMFProperty(
                    "hdrCll",
                    .object([
                        AMFProperty("maxFall", .number(Double(contentLightLevel.maximumFrameAverage))),
                        AMFProperty("maxCLL", .number(Double(contentLightLevel.maximum))),
                    ])))
        }
        if let masteringDisplay { properties.append(AMFProperty("hdrMdcv", .object(masteringDisplay.mdcv))) }
        return properties
    }

    /// The brightest light that the scale of SMPTE ST 2084 has, in candelas per square metre.
    fileprivate static let brightest: Double = 10_000
}

extension MasteringDisplay {
    /// Reads `hdrMdcv`; `nil` when it says nothing.
    fileprivate init?(mdcv object: AMF0Value) {
        var isSaid = false
        func number(_ name: String, upTo greatest: Double) -> Double {
            guard let number = object[name]?.positive(upTo: greatest) else { return 0 }
            isSaid = true
            return number
        }
        func point(_ name: String) -> Chromaticity {
            Chromaticity(x: number(name + "X", upTo: 1), y: number(name + "Y", upTo: 1))
        }
        self.init(
            red: point("red"), green: point("green"), blue: point("blue"), whitePoint: point("whitePoint"),
            maximumLuminance: number("maxLuminance", upTo: ColorInfo.brightest),
            minimumLuminance: number("minLuminance", upTo: ColorInfo.brightest))
        guard isSaid else { return nil }
    }

    /// The properties of `hdrMdcv`, those left out that are 0.
    fileprivate var mdcv: [AMFProperty] {
        [
            ("redX", red.x), ("redY", red.y), ("greenX", green.x), ("greenY", green.y), ("blueX", blue.x),
            ("blueY", blue.y), ("whitePointX", whitePoint.x), ("whitePointY", whitePoint.y),
            ("maxLuminance", maximumLuminance), ("minLuminance", minimumLuminance),
        ].filter { $0.1 > 0 }.map { AMFProperty($0.0, .number($0.1)) }
    }
}

extension AMF0Value {
    /// A code point of ITU-T H.273 that says something.
    fileprivate var codePoint: UInt8? {
        whole(in: 0...255).flatMap { ColorInfo.specified(UInt8(truncatingIfNeeded: $0)) }
    }

    fileprivate func whole(in range: ClosedRange<Int>) -> Int? {
        number.flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil }
    }

    /// A number greater than 0, at most `greatest`.
    fileprivate func positive(upTo greatest: Double) -> Double? {
        number.flatMap { $0 > 0 && $0 <= greatest ? $0 : nil }
    }
}
