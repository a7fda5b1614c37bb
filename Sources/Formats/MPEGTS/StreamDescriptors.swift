import NIOCore

/// The descriptors that stand beside a stream in the program map (ISO/IEC 13818-1 §2.6).
enum StreamDescriptor {
    /// Registration (§2.6.8).
    static let registration: UInt8 = 0x05
    /// ISO 639 language (§2.6.18).
    static let language: UInt8 = 0x0A
    /// An extension of DVB's (ETSI EN 300 468 §6.3).
    static let dvbExtension: UInt8 = 0x7F
    /// The extension that tells the channels of Opus: `channel_config_code` follows.
    static let opusExtension: UInt8 = 0x80
}

extension ProgramMap.Stream {
    /// The descriptors as the table holds them.
    var descriptors: ByteBuffer {
        var bytes = ByteBuffer()
        if let registration {
            bytes.writeMultipleIntegers(StreamDescriptor.registration, UInt8(4), registration.rawValue)
        }
        if let opusChannelConfiguration {
            bytes.writeMultipleIntegers(
                StreamDescriptor.dvbExtension, UInt8(2), StreamDescriptor.opusExtension, opusChannelConfiguration)
        }
        let language = languageCode
        if !language.isEmpty {
            bytes.writeMultipleIntegers(StreamDescriptor.language, UInt8(language.count + 1))
            bytes.writeBytes(language)
            bytes.writeInteger(UInt8(0))  // audio type: undefined
        }
        return bytes
    }

    /// Takes over what descriptors say, up to the first that does not lie in them as it says.
    mutating func read(_ descriptors: ByteBuffer) {
        var descriptors = descriptors
        while let (tag, length) = descriptors.readMultipleIntegers(as: (UInt8, UInt8).self),
            var content = descriptors.readSlice(length: Int(length))
        {
            switch tag {
            case StreamDescriptor.registration:
                registration = content.readInteger().map { FormatIdentifier(rawValue: $0) }
            case StreamDescriptor.language:
                language = content.readString(length: 3)
            case StreamDescriptor.dvbExtension:
                guard content.readInteger() == StreamDescriptor.opusExtension else { continue }
                opusChannelConfiguration = content.readInteger()
            default: continue
            }
        }
    }

    /// The three letters of an ISO 639-2 code, or nothing when `language` is not one.
    private var languageCode: [UInt8] {
        let letters = Array((language ?? "").utf8)
        let isCode = letters.count == 3 && letters.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        return isCode ? letters : []
    }
}
