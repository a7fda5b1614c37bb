public import NIOCore

extension AVCSequenceParameterSet {
    /// Reads a sequence parameter set, NAL unit header first, emulation prevention in place.
    public init(parsing nalUnit: ByteBuffer) throws(ParameterSetFault) {
        var reader = ParameterSetReader(nalUnit: nalUnit)
        let header = try reader.byte()
        guard AVCNALUnitType(rawValue: header) == .sequenceParameterSet else { throw .unexpectedType(header) }
        profile = try reader.byte()
        compatibility = try reader.byte()
        level = try reader.byte()
        _ = try reader.unsigned(upTo: 31)  // seq_parameter_set_id
        let hasSeparatePlanes = Self.hasChromaFormat(profile: profile) ? try readChromaFormat(from: &reader) : false
        _ = try reader.unsigned(upTo: 12)  // log2_max_frame_num_minus4
        try Self.skipPictureOrderCount(in: &reader)
        _ = try reader.unsigned(upTo: 16)  // max_num_ref_frames
        _ = try reader.flag()  // gaps_in_frame_num_value_allowed_flag
        try readPictureSize(from: &reader, hasSeparatePlanes: hasSeparatePlanes)
        // Some encoders write this part wrongly; what stands before it is sound all the same.
        if try reader.flag() { usability = try? readUsability(from: &reader) }
    }

    private func readUsability(from reader: inout ParameterSetReader) throws(ParameterSetFault) -> VideoUsability {
        var usability = try VideoUsability(commonPartFrom: &reader)
        if try reader.flag() { usability.timing = try .init(from: &reader) }
        return usability
    }

    /// The profiles whose parameter sets name a chroma format.
    private static func hasChromaFormat(profile: UInt8) -> Bool {
        switch profile {
        case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135: true
        default: false
        }
    }

    /// Reads from `chroma_format_idc` to the scaling matrix; returns `separate_colour_plane_flag`.
    private mutating func readChromaFormat(from reader: inout ParameterSetReader) throws(ParameterSetFault) -> Bool {
        let index = try reader.unsigned(upTo: 3)
        chromaFormat = ChromaFormat(rawValue: UInt8(index)) ?? .yuv420
        let hasSeparatePlanes = chromaFormat == .yuv444 ? try reader.flag() : false
        lumaBitDepth = 8 + (try reader.unsigned(upTo: 6))
        chromaBitDepth = 8 + (try reader.unsigned(upTo: 6))
        _ = try reader.flag()  // qpprime_y_zero_transform_bypass_flag
        if try reader.flag() {
            for list in 0..<(chromaFormat == .yuv444 ? 12 : 8) where try reader.flag() {
                try Self.skipScalingList(of: list < 6 ? 16 : 64, in: &reader)
            }
        }
        return hasSeparatePlanes
    }

    /// `scaling_list()` (ITU-T H.264 §7.3.2.1.1.1).
    private static func skipScalingList(of count: Int, in reader: inout ParameterSetReader) throws(ParameterSetFault) {
        var last: Int32 = 8
        for _ in 0..<count {
            last = (last &+ (try reader.signed()) &+ 256) & 0xFF
            if last == 0 { return }
        }
    }

    private static func skipPictureOrderCount(in reader: inout ParameterSetReader) throws(ParameterSetFault) {
        switch try reader.unsigned(upTo: 2) {
        case 0:
            _ = try reader.unsigned(upTo: 12)  // log2_max_pic_order_cnt_lsb_minus4
        case 1:
            _ = try reader.flag()  // delta_pic_order_always_zero_flag
            _ = try reader.signed()  // offset_for_non_ref_pic
            _ = try reader.signed()  // offset_for_top_to_bottom_field
            for _ in 0..<(try reader.unsigned(upTo: 255)) { _ = try reader.signed() }
        default: break
        }
    }

    private mutating func readPictureSize(
        from reader: inout ParameterSetReader, hasSeparatePlanes: Bool
    ) throws(ParameterSetFault) {
        let columns = try reader.unsigned(upTo: .max - 1) + 1
        let mapUnits = try reader.unsigned(upTo: .max - 1) + 1
        hasFramesOnly = try reader.flag()
        let rows = hasFramesOnly ? mapUnits : 2 * mapUnits
        guard columns <= Self.mostMacroblocksAcross, rows <= Self.mostMacroblocksAcross else {
            throw .pictureTooLarge(width: 16 * columns, height: 16 * rows)
        }
        if !hasFramesOnly { _ = try reader.flag() }  // mb_adaptive_frame_field_flag
        _ = try reader.flag()  // direct_8x8_inference_flag
        width = 16 * columns
        height = 16 * rows
        guard try reader.flag() else { return }
        let unitAcross = hasSeparatePlanes ? 1 : chromaFormat.samplesAcross
        let unitDown = (hasSeparatePlanes ? 1 : chromaFormat.samplesDown) * (hasFramesOnly ? 1 : 2)
        let left = try reader.unsigned(upTo: .max)
        let right = try reader.unsigned(upTo: .max)
        let top = try reader.unsigned(upTo: .max)
        let bottom = try reader.unsigned(upTo: .max)
        width -= unitAcross * (left + right)
        height -= unitDown * (top + bottom)
        guard width > 0, height > 0 else { throw .nothingLeftAfterCropping }
    }
}
