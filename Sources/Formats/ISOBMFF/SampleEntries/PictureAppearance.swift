import MediaModel
import NIOCore

/// What a visual sample entry says about the look of its pictures besides their size: the shape of samples, and what
/// their values mean as colours and light (ISO/IEC 14496-12 §12.1.4 … §12.1.8).
struct PictureAppearance {
    /// Width to height of a sample; `nil` when nobody said so.
    let sampleAspectRatio: SampleAspectRatio?
    private let color: ColorDescription?
    private let masteringDisplay: MasteringDisplay?
    private let contentLightLevel: ContentLightLevel?

    init(_ format: VideoFormat) {
        sampleAspectRatio = format.sampleAspectRatio
        color = format.color
        masteringDisplay = format.masteringDisplay
        contentLightLevel = format.contentLightLevel
    }

    /// Writes the boxes `pasp`, `colr`, `mdcv` and `clli`, each when there is something to say.
    func write(into entry: inout ByteBuffer) {
        if let ratio = sampleAspectRatio {
            entry.writeBox("pasp") { $0.writeMultipleIntegers(UInt32(ratio.width), UInt32(ratio.height)) }
        }
        if let color, color != ColorDescription() { color.write(into: &entry) }
        masteringDisplay?.write(into: &entry)
        if let level = contentLightLevel {
            entry.writeBox("clli") { $0.writeMultipleIntegers(level.maximum, level.maximumFrameAverage) }
        }
    }

    /// Reads `pasp`, `colr`, `mdcv` and `clli` of a sample entry into a format.
    ///
    /// The code points of QuickTime (`nclc`) are the same without a range; profiles of other kinds are passed over.
    static func read(_ entry: Box, into format: inout VideoFormat) throws(ISOBMFFFault) {
        var boxes = try entry.children(after: VideoSampleEntry.fieldsLength)
        while let box = try boxes.next() {
            var fields = box.fields
            switch box.type {
            case "pasp":
                let (width, height) = (try fields.readUInt32(), try fields.readUInt32())
                format.sampleAspectRatio = SampleAspectRatio(
                    width: UInt16(clamping: width), height: UInt16(clamping: height))
            case "colr":
                let kind = BoxType(rawValue: try fields.readUInt32())
                guard kind == ColorDescription.onScreenColours || kind == "nclc" else { continue }
                format.color = try ColorDescription(reading: &fields)
            case "mdcv":
                format.masteringDisplay = try MasteringDisplay(reading: &fields)
            case "clli":
                format.contentLightLevel = ContentLightLevel(
                    maximum: try fields.readUInt16(), maximumFrameAverage: try fields.readUInt16())
            default: continue
            }
        }
    }
}

extension ColorDescription {
    fileprivate static let onScreenColours: BoxType = "nclx"

    /// Writes the `colr` box with the code points of ITU-T H.273 (ISO/IEC 14496-12 §12.1.5).
    fileprivate func write(into entry: inout ByteBuffer) {
        entry.writeBox("colr") { colr in
            colr.writeMultipleIntegers(
                Self.onScreenColours.rawValue, UInt16(primaries), UInt16(transferCharacteristics),
                UInt16(matrixCoefficients), UInt8(isFullRange ? 0x80 : 0))
        }
    }

    fileprivate init(reading fields: inout BoxFields) throws(ISOBMFFFault) {
        self.init(
            primaries: UInt8(clamping: try fields.readUInt16()),
            transferCharacteristics: UInt8(clamping: try fields.readUInt16()),
            matrixCoefficients: UInt8(clamping: try fields.readUInt16()),
            isFullRange: fields.remaining > 0 ? try fields.readUInt8() & 0x80 != 0 : false)
    }
}

extension MasteringDisplay {
    /// Steps of a coordinate from 0 to 1, and of a candela per square metre (SMPTE ST 2086, ISO/IEC 14496-12 §12.1.7).
    private static let (coordinateSteps, luminanceSteps) = (50_000.0, 10_000.0)

    /// Writes the `mdcv` box: green, blue and red, white, and the brightest and darkest light.
    fileprivate func write(into entry: inout ByteBuffer) {
        entry.writeBox("mdcv") { mdcv in
            for point in [green, blue, red, whitePoint] {
                let (x, y): (UInt16, UInt16) = (
                    Self.steps(point.x, Self.coordinateSteps), Self.steps(point.y, Self.coordinateSteps)
                )
                mdcv.writeMultipleIntegers(x, y)
            }
            for luminance in [maximumLuminance, minimumLuminance] {
                let steps: UInt32 = Self.steps(luminance, Self.luminanceSteps)
                mdcv.writeInteger(steps)
            }
        }
    }

    fileprivate init(reading fields: inout BoxFields) throws(ISOBMFFFault) {
        var points: [Chromaticity] = []
        for _ in 0..<4 {
            points.append(
                Chromaticity(
                    x: Double(try fields.readUInt16()) / Self.coordinateSteps,
                    y: Double(try fields.readUInt16()) / Self.coordinateSteps))
        }
        self.init(
            red: points[2], green: points[0], blue: points[1], whitePoint: points[3],
            maximumLuminance: Double(try fields.readUInt32()) / Self.luminanceSteps,
            minimumLuminance: Double(try fields.readUInt32()) / Self.luminanceSteps)
    }

    /// A number as whole steps; publishers send any number, also those that are none.
    private static func steps<Steps: FixedWidthInteger & UnsignedInteger>(_ value: Double, _ steps: Double) -> Steps {
        let count = (value * steps).rounded()
        guard count > 0 else { return 0 }
        return count < Double(Steps.max) ? Steps(count) : .max
    }
}
