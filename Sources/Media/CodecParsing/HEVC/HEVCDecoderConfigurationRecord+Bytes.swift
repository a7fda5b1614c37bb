public import NIOCore

extension HEVCDecoderConfigurationRecord {
    /// Reads a record; the NAL units are slices of `bytes`.
    ///
    /// Follows what encoders send rather than the letter: reserved bits may have any value, empty units are passed
    /// over, and a record may end behind its fixed part when it has no arrays.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bytes = bytes
        guard let version = bytes.readInteger(as: UInt8.self) else { throw .truncated }
        // Version 0 was written by encoders before the standard was done; the layout is the same.
        guard version <= 1 else { throw .unsupportedVersion(version) }
        var reader = ParameterSetReader(payload: bytes.readSlice(length: 12) ?? ByteBuffer())
        do throws(ParameterSetFault) {
            general = try HEVCProfileTierLevel(from: &reader)
        } catch { throw .truncated }
        guard
            let (segmentation, parallelism, chroma, luma, chromaDepth, rate, layers) = bytes.readMultipleIntegers(
                as: (UInt16, UInt8, UInt8, UInt8, UInt8, UInt16, UInt8).self)
        else { throw .truncated }
        minimumSpatialSegmentation = segmentation & 0xFFF
        parallelismType = parallelism & 0b11
        chromaFormat = ChromaFormat(rawValue: chroma & 0b11) ?? .yuv420
        lumaBitDepth = 8 + Int(luma & 0b111)
        chromaBitDepth = 8 + Int(chromaDepth & 0b111)
        averageFrameRate = rate
        constantFrameRate = layers >> 6
        temporalLayerCount = layers >> 3 & 0b111
        isTemporalIDNested = layers & 0b100 != 0
        let lengthBytes = Int(layers & 0b11) + 1
        guard let nalUnitLength = NALUnitLength(rawValue: lengthBytes) else {
            throw .unsupportedNALUnitLength(lengthBytes)
        }
        self.nalUnitLength = nalUnitLength
        arrays = try Self.readArrays(from: &bytes)
    }

    private static func readArrays(from bytes: inout ByteBuffer) throws(ConfigurationRecordFault) -> [NALUnitArray] {
        var arrays: [NALUnitArray] = []
        var total = 0
        for _ in 0..<(bytes.readInteger(as: UInt8.self) ?? 0) {
            guard let (type, count) = bytes.readMultipleIntegers(as: (UInt8, UInt16).self) else { throw .truncated }
            total += Int(count)
            guard total <= mostUnits else { throw .tooManyParameterSets(total) }
            guard let units = bytes.readParameterSets(Int(count)) else { throw .truncated }
            guard !units.isEmpty else { continue }
            arrays.append(
                NALUnitArray(type: HEVCNALUnitType(rawValue: type), isComplete: type & 0x80 != 0, units: units))
        }
        return arrays
    }

    /// Writes the record, with the reserved bits set as the specification wants them.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(1 as UInt8, general.firstByte, general.compatibilityFlags)
        buffer.writeMultipleIntegers(
            UInt16(truncatingIfNeeded: general.constraintFlags >> 32),
            UInt32(truncatingIfNeeded: general.constraintFlags), general.level)
        buffer.writeMultipleIntegers(
            0xF000 | minimumSpatialSegmentation, 0b1111_1100 | parallelismType, 0b1111_1100 | chromaFormat.rawValue,
            0b1111_1000 | UInt8(truncatingIfNeeded: lumaBitDepth - 8),
            0b1111_1000 | UInt8(truncatingIfNeeded: chromaBitDepth - 8), averageFrameRate,
            constantFrameRate << 6 | temporalLayerCount << 3 | (isTemporalIDNested ? 0b100 : 0)
                | UInt8(truncatingIfNeeded: nalUnitLength.rawValue - 1),
            UInt8(truncatingIfNeeded: arrays.count))
        for array in arrays {
            buffer.writeMultipleIntegers(
                array.type.rawValue | (array.isComplete ? 0x80 : 0), UInt16(truncatingIfNeeded: array.units.count))
            buffer.writeParameterSets(array.units)
        }
    }
}
