import ByteCoding
public import NIOCore

extension AudioSpecificConfig {
    /// Appends the configuration's bytes.
    ///
    /// Writes what ``objectType``, ``samplingFrequency``, ``channelConfiguration``, ``frameLength`` and
    /// ``bandReplication`` say. A program config element is not written: for channels that need one, keep the bytes.
    public func write(into buffer: inout ByteBuffer) {
        var bits = BitWriter()
        let explicit = bandReplication.flatMap { $0.isBackwardCompatible ? nil : $0 }
        Self.write(explicit == nil ? objectType : announcedObjectType, to: &bits)
        Self.write(samplingFrequency: samplingFrequency, to: &bits)
        bits.write(UInt32(channelConfiguration), bits: 4)
        if let explicit {
            Self.write(samplingFrequency: explicit.samplingFrequency, to: &bits)
            Self.write(objectType, to: &bits)
            // extensionChannelConfiguration
            if objectType == .erBSAC { bits.write(UInt32(channelConfiguration), bits: 4) }
        }
        if objectType == .erAACELD {
            bits.write(frameLength == 480)
            bits.write(0, bits: 4)  // resilience flags, ldSbrPresentFlag
            bits.write(0, bits: 4)  // ELDEXT_TERM
        } else if objectType.hasGeneralAudioConfig {
            bits.write(frameLength == objectType.frameLength(isShort: true))
            bits.write(false)  // dependsOnCoreCoder
            bits.write(objectType.isErrorResilient)  // extensionFlag
            if objectType.isScalable { bits.write(0, bits: 3) }  // layerNr
            if objectType.isErrorResilient { writeErrorResilientExtension(to: &bits) }
        }
        if objectType.isErrorResilient, objectType.hasGeneralAudioConfig || objectType == .erAACELD {
            bits.write(0, bits: 2)  // epConfig
        }
        if let bandReplication, bandReplication.isBackwardCompatible {
            bits.write(Self.bandReplicationSync, bits: 11)
            bits.write(UInt32(AudioObjectType.sbr.rawValue), bits: 5)
            bits.write(true)
            Self.write(samplingFrequency: bandReplication.samplingFrequency, to: &bits)
            if bandReplication.hasParametricStereo {
                bits.write(Self.parametricStereoSync, bits: 11)
                bits.write(true)
            }
        }
        buffer.writeImmutableBuffer(bits.finish())
    }

    /// What `extensionFlag` announces (ISO/IEC 14496-3 §4.4.1), all of it off.
    private func writeErrorResilientExtension(to bits: inout BitWriter) {
        if objectType == .erBSAC {
            bits.write(0, bits: 16)  // numOfSubFrame, layer_length
        } else if objectType.hasResilienceFlags {
            bits.write(0, bits: 3)
        }
        bits.write(false)  // extensionFlag3
    }

    private static func write(_ type: AudioObjectType, to bits: inout BitWriter) {
        if type.rawValue >= 32 {
            bits.write(31, bits: 5)
            bits.write(UInt32(type.rawValue) - 32, bits: 6)
        } else {
            bits.write(UInt32(type.rawValue), bits: 5)
        }
    }

    private static func write(samplingFrequency: Int, to bits: inout BitWriter) {
        if let index = SamplingFrequency.index(of: samplingFrequency) {
            bits.write(UInt32(index), bits: 4)
        } else {
            bits.write(SamplingFrequency.escape, bits: 4)
            bits.write(UInt32(clamping: samplingFrequency), bits: 24)
        }
    }
}
