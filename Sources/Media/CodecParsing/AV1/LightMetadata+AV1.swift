import MediaModel
public import NIOCore

extension LightMetadata {
    /// Reads the metadata OBUs among those of `bytes` (AV1 §5.8.3, §5.8.4).
    public init(av1OBUs bytes: ByteBuffer) {
        for unit in AV1OBUs(bytes) where unit.type == .metadata {
            var fields = unit.payload
            switch fields.readLEB128() {
            case 1: contentLightLevel = ContentLightLevel(from: &fields) ?? contentLightLevel
            case 2: masteringDisplay = MasteringDisplay(fromAV1: &fields) ?? masteringDisplay
            default: continue
            }
        }
    }
}

extension MasteringDisplay {
    /// `metadata_hdr_mdcv()`: coordinates in 0.16 fixed point, luminances in 24.8 and 18.14, primaries in the order of
    /// red, green and blue.
    fileprivate init?(fromAV1 fields: inout ByteBuffer) {
        var points: [Chromaticity] = []
        for _ in 0..<4 {
            guard let (x, y) = fields.readMultipleIntegers(as: (UInt16, UInt16).self) else { return nil }
            points.append(Chromaticity(x: Double(x) / 65_536, y: Double(y) / 65_536))
        }
        guard let (maximum, minimum) = fields.readMultipleIntegers(as: (UInt32, UInt32).self) else { return nil }
        self.init(
            red: points[0], green: points[1], blue: points[2], whitePoint: points[3],
            maximumLuminance: Double(maximum) / 256, minimumLuminance: Double(minimum) / 16_384)
    }
}
