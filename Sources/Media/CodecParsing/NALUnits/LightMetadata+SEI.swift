import MediaModel
import NIOCore

extension LightMetadata {
    /// Reads the messages about light in SEI NAL units whose header is `headerLength` bytes.
    init(_ units: [ByteBuffer], headerLength: Int) {
        for message in units.lazy.flatMap({ SEIMessages($0, headerLength: headerLength) }) {
            var fields = message.payload
            switch message.type {
            case 137: masteringDisplay = MasteringDisplay(fromSEI: &fields) ?? masteringDisplay
            case 144: contentLightLevel = ContentLightLevel(from: &fields) ?? contentLightLevel
            default: continue
            }
        }
    }
}

extension ContentLightLevel {
    /// `content_light_level_info()` of SEI, the same as `metadata_hdr_cll()` of AV1.
    init?(from fields: inout ByteBuffer) {
        guard let (maximum, average) = fields.readMultipleIntegers(as: (UInt16, UInt16).self) else { return nil }
        self.init(maximum: maximum, maximumFrameAverage: average)
    }
}

extension MasteringDisplay {
    /// `mastering_display_colour_volume()` (ITU-T H.265 §D.2.28): coordinates in units of 0.00002, luminances of 0.0001
    /// candelas per square metre, primaries in the order of green, blue and red.
    fileprivate init?(fromSEI fields: inout ByteBuffer) {
        var points: [Chromaticity] = []
        for _ in 0..<4 {
            guard let (x, y) = fields.readMultipleIntegers(as: (UInt16, UInt16).self) else { return nil }
            points.append(Chromaticity(x: Double(x) / 50_000, y: Double(y) / 50_000))
        }
        guard let (maximum, minimum) = fields.readMultipleIntegers(as: (UInt32, UInt32).self) else { return nil }
        self.init(
            red: points[2], green: points[0], blue: points[1], whitePoint: points[3],
            maximumLuminance: Double(maximum) / 10_000, minimumLuminance: Double(minimum) / 10_000)
    }
}
