import ByteCoding
import MediaModel
public import NIOCore

extension AV1SequenceHeader {
    /// Reads the payload of a sequence header OBU.
    public init(parsing payload: ByteBuffer) throws(ParameterSetFault) {
        var reader = ParameterSetReader(payload: payload)
        profile = UInt8(truncatingIfNeeded: try reader.bits(3))
        guard profile <= 2 else { throw .valueOutOfRange(UInt32(profile)) }
        isStillPicture = try reader.flag()
        hasReducedHeader = try reader.flag()
        if hasReducedHeader {
            level = UInt8(truncatingIfNeeded: try reader.bits(5))
        } else {
            try readOperatingPoints(from: &reader)
        }
        let widthBits = Int(try reader.bits(4)) + 1
        let heightBits = Int(try reader.bits(4)) + 1
        width = Int(try reader.bits(widthBits)) + 1
        height = Int(try reader.bits(heightBits)) + 1
        try skipTools(in: &reader)
        try readColor(from: &reader)
    }

    /// From `timing_info_present_flag` to the last operating point.
    private mutating func readOperatingPoints(from reader: inout ParameterSetReader) throws(ParameterSetFault) {
        var delayBits: Int?
        if try reader.flag() {
            let units = try reader.bits(32)
            let scale = try reader.bits(32)
            var ticks: UInt32?
            if try reader.flag() { ticks = try reader.unsignedVariableLength().addingReportingOverflow(1).partialValue }
            timing = Timing(unitsInTick: units, timeScale: scale, ticksPerPicture: ticks)
            if try reader.flag() {  // decoder_model_info_present_flag
                delayBits = Int(try reader.bits(5)) + 1
                _ = try reader.bits(32)  // num_units_in_decoding_tick
                _ = try reader.bits(10)  // lengths of removal and presentation times
            }
        }
        let hasDisplayDelays = try reader.flag()
        for point in 0...(try reader.bits(5)) {
            _ = try reader.bits(12)  // operating_point_idc
            let pointLevel = UInt8(truncatingIfNeeded: try reader.bits(5))
            let hasTier = pointLevel > 7
            let pointTier = hasTier ? try reader.flag() : false
            if let delayBits, try reader.flag() {
                _ = try reader.bits(delayBits)  // decoder_buffer_delay
                _ = try reader.bits(delayBits)  // encoder_buffer_delay
                _ = try reader.flag()  // low_delay_mode_flag
            }
            var delay: UInt8?
            if hasDisplayDelays, try reader.flag() { delay = UInt8(truncatingIfNeeded: try reader.bits(4)) }
            guard point == 0 else { continue }
            level = pointLevel
            isHighTier = pointTier
            initialDisplayDelay = delay
        }
    }

    /// From `frame_id_numbers_present_flag` to `enable_restoration`.
    private func skipTools(in reader: inout ParameterSetReader) throws(ParameterSetFault) {
        if !hasReducedHeader, try reader.flag() { _ = try reader.bits(7) }  // lengths of frame numbers
        _ = try reader.bits(3)  // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
        if !hasReducedHeader {
            _ = try reader.bits(4)  // enable_interintra_compound … enable_dual_filter
            let hasOrderHint = try reader.flag()
            if hasOrderHint { _ = try reader.bits(2) }  // enable_jnt_comp, enable_ref_frame_mvs
            let choosesScreenContentTools = try reader.flag()
            let forcesScreenContentTools = choosesScreenContentTools ? true : try reader.flag()
            // seq_choose_integer_mv, seq_force_integer_mv
            if forcesScreenContentTools, !(try reader.flag()) { _ = try reader.flag() }
            if hasOrderHint { _ = try reader.bits(3) }  // order_hint_bits_minus_1
        }
        _ = try reader.bits(3)  // enable_superres, enable_cdef, enable_restoration
    }

    /// `color_config()` (AV1 §5.5.2).
    private mutating func readColor(from reader: inout ParameterSetReader) throws(ParameterSetFault) {
        let isHighBitDepth = try reader.flag()
        bitDepth = isHighBitDepth ? (profile == 2 ? (try reader.flag() ? 12 : 10) : 10) : 8
        isMonochrome = profile == 1 ? false : try reader.flag()
        if try reader.flag() {
            color.primaries = try reader.byte()
            color.transferCharacteristics = try reader.byte()
            color.matrixCoefficients = try reader.byte()
        }
        if isMonochrome {
            color.isFullRange = try reader.flag()
            return
        }
        let isSRGB =
            color.primaries == 1 && color.transferCharacteristics == 13 && color.matrixCoefficients == 0
        if isSRGB {
            color.isFullRange = true
            isSubsampledAcross = false
            isSubsampledDown = false
            return
        }
        color.isFullRange = try reader.flag()
        switch profile {
        case 0: break
        case 1:
            isSubsampledAcross = false
            isSubsampledDown = false
        default:
            isSubsampledAcross = bitDepth == 12 ? try reader.flag() : true
            isSubsampledDown = bitDepth == 12 && isSubsampledAcross ? try reader.flag() : false
        }
        if isSubsampledAcross, isSubsampledDown {
            chromaSamplePosition = UInt8(truncatingIfNeeded: try reader.bits(2))
        }
    }
}
