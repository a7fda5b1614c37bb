public import NIOCore

extension HEVCSequenceParameterSet {
    /// Reads a sequence parameter set, NAL unit header first, emulation prevention in place.
    ///
    /// What stands between the bit depths and the video usability information only has to be passed over; when that does
    /// not succeed, the usability information is missing and the rest stands.
    public init(parsing nalUnit: ByteBuffer) throws(ParameterSetFault) {
        var reader = ParameterSetReader(nalUnit: nalUnit)
        let header = try reader.bits(16)
        guard HEVCNALUnitType(rawValue: UInt8(truncatingIfNeeded: header >> 9)) == .sequenceParameterSet else {
            throw .unexpectedType(UInt8(truncatingIfNeeded: header >> 8))
        }
        _ = try reader.bits(4)  // sps_video_parameter_set_id
        let subLayers = Int(try reader.bits(3))
        let isNested = try reader.flag()
        general = try HEVCProfileTierLevel(from: &reader)
        temporalLayerCount = subLayers + 1
        isTemporalIDNested = isNested
        try HEVCProfileTierLevel.skipSubLayers(subLayers, in: &reader)
        _ = try reader.unsigned(upTo: 15)  // sps_seq_parameter_set_id
        try readPictureSize(from: &reader)
        lumaBitDepth = 8 + (try reader.unsigned(upTo: 8))
        chromaBitDepth = 8 + (try reader.unsigned(upTo: 8))
        usability = try? Self.readUsability(behind: &reader, subLayers: subLayers)
    }

    private mutating func readPictureSize(from reader: inout ParameterSetReader) throws(ParameterSetFault) {
        chromaFormat = ChromaFormat(rawValue: UInt8(try reader.unsigned(upTo: 3))) ?? .yuv420
        let hasSeparatePlanes = chromaFormat == .yuv444 ? try reader.flag() : false
        width = try reader.unsigned(upTo: .max - 1)
        height = try reader.unsigned(upTo: .max - 1)
        guard 1...Self.mostSamplesAcross ~= width, 1...Self.mostSamplesAcross ~= height else {
            throw .pictureTooLarge(width: width, height: height)
        }
        guard try reader.flag() else { return }
        let unitAcross = hasSeparatePlanes ? 1 : chromaFormat.samplesAcross
        let unitDown = hasSeparatePlanes ? 1 : chromaFormat.samplesDown
        let left = try reader.unsigned(upTo: .max)
        let right = try reader.unsigned(upTo: .max)
        let top = try reader.unsigned(upTo: .max)
        let bottom = try reader.unsigned(upTo: .max)
        width -= unitAcross * (left + right)
        height -= unitDown * (top + bottom)
        guard width > 0, height > 0 else { throw .nothingLeftAfterCropping }
    }

    /// Passes over the coding tools and reads the video usability information; `nil` when there is none.
    private static func readUsability(
        behind reader: inout ParameterSetReader, subLayers: Int
    ) throws(ParameterSetFault) -> VideoUsability? {
        let orderBits = 4 + (try reader.unsigned(upTo: 12))  // log2_max_pic_order_cnt_lsb_minus4
        let firstSubLayer = try reader.flag() ? 0 : subLayers
        for _ in firstSubLayer...subLayers {
            for _ in 0..<3 { _ = try reader.unsigned(upTo: .max) }  // picture buffering, reordering, latency
        }
        for _ in 0..<6 { _ = try reader.unsigned(upTo: 32) }  // sizes and depths of blocks
        if try reader.flag(), try reader.flag() { try skipScalingLists(in: &reader) }
        _ = try reader.bits(2)  // amp_enabled_flag, sample_adaptive_offset_enabled_flag
        if try reader.flag() {  // pcm_enabled_flag
            _ = try reader.bits(8)
            for _ in 0..<2 { _ = try reader.unsigned(upTo: 32) }
            _ = try reader.flag()
        }
        try skipShortTermReferences(in: &reader)
        if try reader.flag() {  // long_term_ref_pics_present_flag
            for _ in 0..<(try reader.unsigned(upTo: 32)) { _ = try reader.bits(orderBits + 1) }
        }
        _ = try reader.bits(2)  // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
        guard try reader.flag() else { return nil }
        var usability = try VideoUsability(commonPartFrom: &reader)
        _ = try reader.bits(3)  // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
        if try reader.flag() {  // default_display_window_flag: players in use do not obey it
            for _ in 0..<4 { _ = try reader.unsigned(upTo: .max) }
        }
        // Encoders that write this part wrongly still tell their colours before it.
        if let isPresent = try? reader.flag(), isPresent { usability.timing = try? .init(from: &reader) }
        return usability
    }

    /// `scaling_list_data()` (ITU-T H.265 §7.3.4).
    private static func skipScalingLists(in reader: inout ParameterSetReader) throws(ParameterSetFault) {
        for size in 0..<4 {
            for _ in stride(from: 0, to: 6, by: size == 3 ? 3 : 1) {
                guard try reader.flag() else {
                    _ = try reader.unsigned(upTo: 5)  // scaling_list_pred_matrix_id_delta
                    continue
                }
                if size > 1 { _ = try reader.signed() }  // scaling_list_dc_coef_minus8
                for _ in 0..<min(64, 16 << (2 * size)) { _ = try reader.signed() }
            }
        }
    }

    /// The most short-term reference picture sets, and the most pictures in one (ITU-T H.265 §7.4.3.2.1, §7.4.8).
    private static let mostShortTermSets: UInt32 = 64
    private static let mostReferences: UInt32 = 16

    /// `num_short_term_ref_pic_sets` and each `st_ref_pic_set()` (ITU-T H.265 §7.3.7).
    private static func skipShortTermReferences(in reader: inout ParameterSetReader) throws(ParameterSetFault) {
        var pictures = 0
        for index in 0..<(try reader.unsigned(upTo: mostShortTermSets)) {
            if index > 0, try reader.flag() {
                _ = try reader.flag()  // delta_rps_sign
                _ = try reader.unsigned(upTo: 1 << 15)  // abs_delta_rps_minus1
                var kept = 0
                for _ in 0...pictures {
                    // used_by_curr_pic_flag, use_delta_flag
                    if try reader.flag() { kept += 1 } else if try reader.flag() { kept += 1 }
                }
                pictures = kept
                guard pictures <= Int(mostReferences) else { throw .valueOutOfRange(UInt32(pictures)) }
            } else {
                pictures = try reader.unsigned(upTo: mostReferences) + reader.unsigned(upTo: mostReferences)
                guard pictures <= Int(mostReferences) else { throw .valueOutOfRange(UInt32(pictures)) }
                for _ in 0..<pictures {
                    _ = try reader.unsigned(upTo: 1 << 15)  // delta_poc_minus1
                    _ = try reader.flag()
                }
            }
        }
    }
}
