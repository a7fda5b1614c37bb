import CodecParsing
import NIOCore

/// What encoders put in packets of H.264, H.265 and H.266 in place of length-prefixed NAL units, and what they should
/// have.
enum NALUnitPayload {
    /// The frame with nothing but whole NAL units, each behind its length; `nil` when there is none.
    ///
    /// A frame that is as it should be is given back as it is, for a look at each length and one byte. Otherwise empty
    /// units are left out, a unit that runs past the end too, and byte streams with start codes, in place of the whole
    /// or within a unit, are taken apart.
    static func repaired(_ payload: ByteBuffer, nalUnitLength: NALUnitLength) -> ByteBuffer? {
        if isSound(payload, nalUnitLength: nalUnitLength) { return payload }
        var result = ByteBuffer()
        if AnnexBNALUnits.isStartCode(at: payload),
            !LengthPrefixedNALUnits(payload, nalUnitLength: nalUnitLength).isWellFormed
        {
            result.writeLengthPrefixed(annexB: payload, nalUnitLength: nalUnitLength)
        } else {
            for unit in LengthPrefixedNALUnits(payload, nalUnitLength: nalUnitLength) {
                if AnnexBNALUnits.isStartCode(at: unit) {
                    result.writeLengthPrefixed(annexB: unit, nalUnitLength: nalUnitLength)
                } else {
                    result.writeLengthPrefixedNALUnit(unit, nalUnitLength: nalUnitLength)
                }
            }
        }
        return result.readableBytes > 0 ? result : nil
    }

    /// A record of the H.264 parameter sets in a frame, if it has both kinds.
    static func avcRecord(in payload: ByteBuffer, nalUnitLength: NALUnitLength) -> AVCDecoderConfigurationRecord? {
        var sequenceSets: [ByteBuffer] = []
        var pictureSets: [ByteBuffer] = []
        for unit in LengthPrefixedNALUnits(payload, nalUnitLength: nalUnitLength) {
            switch AVCNALUnitType(of: unit) {
            case .sequenceParameterSet: sequenceSets.append(unit)
            case .pictureParameterSet: pictureSets.append(unit)
            default: continue
            }
        }
        guard !pictureSets.isEmpty else { return nil }
        // Sets that make no record are no sets; the frame waits for others.
        return try? AVCDecoderConfigurationRecord(
            sequenceParameterSets: sequenceSets, pictureParameterSets: pictureSets, nalUnitLength: nalUnitLength)
    }

    /// A record of the H.265 parameter sets in a frame, if it has all three kinds.
    static func hevcRecord(in payload: ByteBuffer, nalUnitLength: NALUnitLength) -> HEVCDecoderConfigurationRecord? {
        var sets: [HEVCNALUnitType: [ByteBuffer]] = [:]
        for unit in LengthPrefixedNALUnits(payload, nalUnitLength: nalUnitLength) {
            guard let type = HEVCNALUnitType(of: unit) else { continue }
            if type.isSlice { break }
            sets[type, default: []].append(unit)
        }
        guard let video = sets[.videoParameterSet], let sequence = sets[.sequenceParameterSet],
            let picture = sets[.pictureParameterSet]
        else { return nil }
        // Sets that make no record are no sets; the frame waits for others.
        return try? HEVCDecoderConfigurationRecord(
            videoParameterSets: video, sequenceParameterSets: sequence, pictureParameterSets: picture,
            nalUnitLength: nalUnitLength)
    }

    /// Whether the lengths lead to the end over units that are not empty and do not begin with two zero bytes, as no
    /// unit of H.265 and H.266 can, and none of H.264 does.
    private static func isSound(_ payload: ByteBuffer, nalUnitLength: NALUnitLength) -> Bool {
        var index = payload.readerIndex
        while index < payload.writerIndex {
            let length: Int?
            switch nalUnitLength {
            case .oneByte: length = payload.getInteger(at: index, as: UInt8.self).map(Int.init)
            case .twoBytes: length = payload.getInteger(at: index, as: UInt16.self).map(Int.init)
            case .fourBytes: length = payload.getInteger(at: index, as: UInt32.self).map(Int.init)
            }
            index += nalUnitLength.rawValue
            guard let length, length > 0, length <= payload.writerIndex - index else { return false }
            if length > 1, payload.getInteger(at: index, as: UInt16.self) == 0 { return false }
            index += length
        }
        return true
    }
}
