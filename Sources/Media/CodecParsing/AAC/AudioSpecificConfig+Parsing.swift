import ByteCoding
public import NIOCore

extension AudioSpecificConfig {
    /// Reads a configuration.
    ///
    /// What follows the channel configuration is taken as far as it makes sense: encoders in use send it cut short or
    /// with rubbish behind it.
    public init(parsing bytes: ByteBuffer) throws(AudioSpecificConfigFault) {
        var bits = BitReader(bytes)
        do {
            try self.init(head: &bits)
        } catch let fault as AudioSpecificConfigFault {
            throw fault
        } catch {
            throw .truncated
        }
        readTail(&bits)
    }

    /// Reads up to the channel configuration and, for explicit signalling, the core's object type.
    private init(head bits: inout BitReader) throws {
        let announced = try Self.readObjectType(&bits)
        let frequency = try Self.readSamplingFrequency(&bits)
        let channels = UInt8(truncatingIfNeeded: try bits.read(4))
        guard channels == 0 || Self.channelCount(configuration: channels) != nil else {
            throw AudioSpecificConfigFault.reservedChannelConfiguration(channels)
        }
        self.init(objectType: announced, samplingFrequency: frequency, channelConfiguration: channels, frameLength: nil)
        if announced == .sbr || announced == .parametricStereo {
            bandReplication = BandReplication(
                samplingFrequency: try Self.readSamplingFrequency(&bits),
                hasParametricStereo: announced == .parametricStereo)
            objectType = try Self.readObjectType(&bits)
            if objectType == .erBSAC { try bits.skip(4) }  // extensionChannelConfiguration
        }
        frameLength = objectType.hasGeneralAudioConfig ? objectType.frameLength(isShort: false) : nil
    }

    /// Reads `GASpecificConfig` and a backward compatible announcement of band replication, as far as they go.
    private mutating func readTail(_ bits: inout BitReader) {
        do throws(BitReader.Fault) {
            if objectType == .erAACELD {
                frameLength = objectType.frameLength(isShort: try bits.readFlag())
            }
            guard objectType.hasGeneralAudioConfig else { return }
            try readGeneralAudioConfig(&bits)
            if objectType.isErrorResilient {
                // epConfig: with 2 and 3 follows what protects the frames against errors, and nothing that is known here.
                guard try bits.read(2) < 2 else { return }
            }
            if bandReplication == nil { try readBackwardCompatibleExtension(&bits) }
        } catch {
            // Whatever was read before the end stays.
        }
    }

    /// `GASpecificConfig` (ISO/IEC 14496-3 §4.4.1).
    private mutating func readGeneralAudioConfig(_ bits: inout BitReader) throws(BitReader.Fault) {
        frameLength = objectType.frameLength(isShort: try bits.readFlag())
        if try bits.readFlag() { try bits.skip(14) }  // dependsOnCoreCoder, coreCoderDelay
        let hasExtension = try bits.readFlag()
        if channelConfiguration == 0 {
            channelCount = try Self.readProgramConfigChannels(&bits)
        }
        if objectType.isScalable { try bits.skip(3) }  // layerNr
        if hasExtension {
            if objectType == .erBSAC { try bits.skip(16) }  // numOfSubFrame, layer_length
            if objectType.hasResilienceFlags { try bits.skip(3) }
            try bits.skip(1)  // extensionFlag3
        }
    }

    /// The number of channels that a `program_config_element` names (ISO/IEC 14496-3 table 4.2).
    private static func readProgramConfigChannels(_ bits: inout BitReader) throws(BitReader.Fault) -> Int {
        try bits.skip(4 + 2 + 4)  // element_instance_tag, object_type, sampling_frequency_index
        var pairedElements = 0
        for _ in 0..<3 { pairedElements += Int(try bits.read(4)) }  // front, side, back
        let lowFrequencyElements = Int(try bits.read(2))
        let dataElements = Int(try bits.read(3))
        let couplingElements = Int(try bits.read(4))
        if try bits.readFlag() { try bits.skip(4) }  // mono_mixdown_element_number
        if try bits.readFlag() { try bits.skip(4) }  // stereo_mixdown_element_number
        if try bits.readFlag() { try bits.skip(3) }  // matrix_mixdown_idx, pseudo_surround_enable
        var channels = lowFrequencyElements
        for _ in 0..<pairedElements {
            channels += try bits.readFlag() ? 2 : 1
            try bits.skip(4)
        }
        try bits.skip(4 * lowFrequencyElements + 4 * dataElements + 5 * couplingElements)
        bits.alignToByte()
        try bits.skip(8 * Int(try bits.read(8)))  // comment_field_data
        return channels
    }

    /// The announcement behind the core's configuration (ISO/IEC 14496-3 §1.6.6.1).
    private mutating func readBackwardCompatibleExtension(_ bits: inout BitReader) throws(BitReader.Fault) {
        guard bits.remainingBits >= 16, try bits.read(11) == Self.bandReplicationSync, try bits.read(5) == 5,
            try bits.readFlag()
        else { return }
        // An announcement that makes no sense is none.
        guard let frequency = try? Self.readSamplingFrequency(&bits) else { return }
        bandReplication = BandReplication(samplingFrequency: frequency, isBackwardCompatible: true)
        guard bits.remainingBits >= 12, try bits.read(11) == Self.parametricStereoSync else { return }
        bandReplication?.hasParametricStereo = try bits.readFlag()
    }

    static let bandReplicationSync: UInt32 = 0x2B7
    static let parametricStereoSync: UInt32 = 0x548

    private static func readObjectType(_ bits: inout BitReader) throws -> AudioObjectType {
        var number = try bits.read(5)
        if number == 31 { number = 32 + (try bits.read(6)) }
        guard number != 0 else { throw AudioSpecificConfigFault.nullObjectType }
        return AudioObjectType(rawValue: UInt8(truncatingIfNeeded: number))
    }

    private static func readSamplingFrequency(_ bits: inout BitReader) throws -> Int {
        let index = try bits.read(4)
        guard index == SamplingFrequency.escape else {
            guard let hertz = SamplingFrequency.hertz(index: Int(index)) else {
                throw AudioSpecificConfigFault.reservedSamplingFrequencyIndex(UInt8(truncatingIfNeeded: index))
            }
            return hertz
        }
        let hertz = Int(try bits.read(24))
        guard hertz > 0, hertz <= highestSamplingFrequency else {
            throw AudioSpecificConfigFault.absurdSamplingFrequency(hertz)
        }
        return hertz
    }
}

extension AudioObjectType {
    /// Samples per channel in a frame: `frameLengthFlag` chooses the shorter form.
    func frameLength(isShort: Bool) -> Int {
        switch self {
        case .erAACLD, .erAACELD: isShort ? 480 : 512
        default: isShort ? 960 : 1024
        }
    }
}
