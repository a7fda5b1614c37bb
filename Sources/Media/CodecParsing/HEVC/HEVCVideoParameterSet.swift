public import NIOCore

/// What an H.265 video parameter set says about time (ITU-T H.265 §7.3.2.1); the rest stands in the sequence parameter
/// set too.
public struct HEVCVideoParameterSet: Hashable, Sendable {
    /// The clock of the pictures; `nil` when it is not said.
    public let timing: VideoUsability.Timing?

    /// Reads a video parameter set, NAL unit header first, emulation prevention in place.
    public init(parsing nalUnit: ByteBuffer) throws(ParameterSetFault) {
        var reader = ParameterSetReader(nalUnit: nalUnit)
        let header = try reader.bits(16)
        guard HEVCNALUnitType(rawValue: UInt8(truncatingIfNeeded: header >> 9)) == .videoParameterSet else {
            throw .unexpectedType(UInt8(truncatingIfNeeded: header >> 8))
        }
        _ = try reader.bits(12)  // vps_video_parameter_set_id … vps_max_layers_minus1
        let subLayers = Int(try reader.bits(3))
        _ = try reader.bits(17)  // vps_temporal_id_nesting_flag, vps_reserved_0xffff_16bits
        _ = try HEVCProfileTierLevel(from: &reader)
        try HEVCProfileTierLevel.skipSubLayers(subLayers, in: &reader)
        let firstSubLayer = try reader.flag() ? 0 : subLayers
        for _ in firstSubLayer...subLayers {
            for _ in 0..<3 { _ = try reader.unsigned(upTo: .max) }  // picture buffering, reordering, latency
        }
        let layerFlags = Int(try reader.bits(6)) + 1
        for _ in 0..<(try reader.unsigned(upTo: 1023)) {
            for _ in 0..<layerFlags { _ = try reader.flag() }  // layer_id_included_flag
        }
        timing = try reader.flag() ? try .init(from: &reader) : nil
    }
}
