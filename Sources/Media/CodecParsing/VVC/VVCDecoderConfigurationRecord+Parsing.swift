import ByteCoding
public import NIOCore

extension VVCDecoderConfigurationRecord {
    /// Reads a record, with or without the version and flags of its box in front of it; the NAL units are slices of
    /// `bytes`.
    ///
    /// Version and flags are zero, the first five bits of a record are ones.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bytes = bytes
        if bytes.getInteger(at: bytes.readerIndex, as: UInt32.self) == 0 { bytes.moveReaderIndex(forwardBy: 4) }
        self.bytes = bytes
        guard let first = bytes.readInteger(as: UInt8.self) else { throw .truncated }
        guard first >> 3 == 0b11111 else { throw .unknownSignature }
        let lengthBytes = Int(first >> 1 & 0b11) + 1
        guard let nalUnitLength = NALUnitLength(rawValue: lengthBytes) else {
            throw .unsupportedNALUnitLength(lengthBytes)
        }
        self.nalUnitLength = nalUnitLength
        if first & 1 == 1 {
            guard let read = ProfileTierLevel(from: &bytes) else { throw .truncated }
            profileTierLevel = read
        } else {
            profileTierLevel = nil
        }
        arrays = try Self.readArrays(from: &bytes)
    }

    private static func readArrays(from bytes: inout ByteBuffer) throws(ConfigurationRecordFault) -> [NALUnitArray] {
        var arrays: [NALUnitArray] = []
        var total = 0
        for _ in 0..<(bytes.readInteger(as: UInt8.self) ?? 0) {
            guard let header = bytes.readInteger(as: UInt8.self) else { throw .truncated }
            let type = VVCNALUnitType(rawValue: header)
            var count = 1
            if type != .decodingCapability, type != .operatingPoint {
                guard let number = bytes.readInteger(as: UInt16.self) else { throw .truncated }
                count = Int(number)
            }
            total += count
            guard total <= mostUnits else { throw .tooManyParameterSets(total) }
            guard let units = bytes.readParameterSets(count) else { throw .truncated }
            guard !units.isEmpty else { continue }
            arrays.append(NALUnitArray(type: type, isComplete: header & 0x80 != 0, units: units))
        }
        return arrays
    }
}

extension VVCDecoderConfigurationRecord.ProfileTierLevel {
    /// Reads from `ols_idx` to `avg_frame_rate`; `nil` when it is cut short.
    fileprivate init?(from bytes: inout ByteBuffer) {
        // ols_idx 9, num_sublayers 3, constant_frame_rate 2, chroma_format_idc 2, bit_depth_minus8 3, reserved 5;
        // reserved 2, num_bytes_constraint_info 6; general_profile_idc 7, general_tier_flag 1; general_level_idc 8.
        guard
            let (layers, depth, constraintLength, profileAndTier, level) = bytes.readMultipleIntegers(
                as: (UInt16, UInt8, UInt8, UInt8, UInt8).self),
            let constraints = bytes.readSlice(length: Int(constraintLength & 0x3F))
        else { return nil }
        let subLayers = Int(layers >> 4 & 0b111)
        if subLayers > 1 {
            guard let presence = bytes.readInteger(as: UInt8.self),
                // A level for each flag of the highest `subLayers` − 1 bits; the other bits are reserved.
                bytes.readSlice(length: (presence >> UInt8(9 - subLayers)).nonzeroBitCount) != nil
            else { return nil }
        }
        guard let subProfiles = bytes.readInteger(as: UInt8.self), bytes.readSlice(length: 4 * Int(subProfiles)) != nil,
            let (width, height, rate) = bytes.readMultipleIntegers(as: (UInt16, UInt16, UInt16).self)
        else { return nil }
        profile = profileAndTier >> 1
        isHighTier = profileAndTier & 1 == 1
        self.level = level
        self.constraints = constraints
        subProfileCount = Int(subProfiles)
        chromaFormat = ChromaFormat(rawValue: UInt8(truncatingIfNeeded: layers & 0b11)) ?? .yuv420
        bitDepth = 8 + Int(depth >> 5)
        self.width = Int(width)
        self.height = Int(height)
        averageFrameRate = rate
    }
}
