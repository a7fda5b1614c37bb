public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes an AV1 configuration of the bytes of an `AV1CodecConfigurationRecord`, which are kept as they are.
    public static func av1(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        av1(try AV1CodecConfigurationRecord(parsing: bytes), bytes: bytes)
    }

    /// Makes an AV1 configuration for a publisher that sent no record, of a temporal unit with a sequence header; `nil`
    /// when it has none that can be read.
    public static func av1(firstFrame temporalUnit: ByteBuffer) -> CodecConfiguration? {
        guard let unit = AV1OBUs(temporalUnit).sequenceHeader,
            let header = try? AV1SequenceHeader(parsing: unit.payload)
        else { return nil }
        var sized = ByteBuffer()
        sized.writeAV1OBU(.sequenceHeader, payload: unit.payload)
        return av1(AV1CodecConfigurationRecord(header, configurationOBUs: sized))
    }

    /// Makes an AV1 configuration of a record that was put together here.
    public static func av1(_ record: AV1CodecConfigurationRecord) -> CodecConfiguration {
        var bytes = ByteBuffer()
        record.write(into: &bytes)
        return av1(record, bytes: bytes)
    }

    private static func av1(_ record: AV1CodecConfigurationRecord, bytes: ByteBuffer) -> CodecConfiguration {
        let light = LightMetadata(av1OBUs: record.configurationOBUs)
        return CodecConfiguration(
            video: .av1, record: bytes,
            format: record.sequenceHeader.map {
                VideoFormat(
                    width: $0.width, height: $0.height, frameRate: $0.frameRate, bitDepth: $0.bitDepth,
                    color: $0.color == ColorDescription() ? nil : $0.color, masteringDisplay: light.masteringDisplay,
                    contentLightLevel: light.contentLightLevel)
            })
    }
}

extension ByteBuffer {
    /// Writes an OBU with a size.
    mutating func writeAV1OBU(_ type: AV1OBUType, payload: ByteBuffer) {
        writeInteger(type.rawValue << 3 | 0b10)
        writeLEB128(UInt32(truncatingIfNeeded: payload.readableBytes))
        writeImmutableBuffer(payload)
    }
}
