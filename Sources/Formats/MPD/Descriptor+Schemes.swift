/// The schemes that a live service uses.
extension Descriptor {
    /// The time of day from an address that answers a GET with it as ISO 8601 writes it (ISO/IEC 23009-1 §5.8.5.7).
    public static func utcTiming(isoAddress: String) -> Descriptor {
        Descriptor(scheme: "urn:mpeg:dash:utc:http-iso:2014", value: isoAddress)
    }

    /// The same with `xs:dateTime` as its form.
    public static func utcTiming(xsdateAddress: String) -> Descriptor {
        Descriptor(scheme: "urn:mpeg:dash:utc:http-xsdate:2014", value: xsdateAddress)
    }

    /// What a content is for: `main`, `alternate` and others (ISO/IEC 23009-1 §5.8.5.5).
    public static func role(_ value: String) -> Descriptor {
        Descriptor(scheme: "urn:mpeg:dash:role:2011", value: value)
    }

    /// The loudspeakers of sound with a number of channels in the usual arrangement (ISO/IEC 23091-3, `ChannelConfiguration`).
    ///
    /// `nil` where the number of channels does not tell the arrangement.
    public static func channelConfiguration(channelCount: Int) -> Descriptor? {
        let index: Int? =
            switch channelCount {
            case 1...6: channelCount
            case 7: 11
            case 8: 12
            default: nil
            }
        return index.map { Descriptor(scheme: "urn:mpeg:mpegB:cicp:ChannelConfiguration", value: String($0)) }
    }

    /// The colours of the primaries (ISO/IEC 23091-2, `ColourPrimaries`).
    public static func colourPrimaries(_ value: UInt8) -> Descriptor {
        Descriptor(scheme: "urn:mpeg:mpegB:cicp:ColourPrimaries", value: String(value))
    }

    /// From samples to light (ISO/IEC 23091-2, `TransferCharacteristics`).
    public static func transferCharacteristics(_ value: UInt8) -> Descriptor {
        Descriptor(scheme: "urn:mpeg:mpegB:cicp:TransferCharacteristics", value: String(value))
    }

    /// From luma and chroma to red, green and blue (ISO/IEC 23091-2, `MatrixCoefficients`).
    public static func matrixCoefficients(_ value: UInt8) -> Descriptor {
        Descriptor(scheme: "urn:mpeg:mpegB:cicp:MatrixCoefficients", value: String(value))
    }

    /// That a set continues the set of the same number in an earlier period, on the same clock (ISO/IEC 23009-1 §5.3.2.4).
    public static func periodContinuity(with periodID: String) -> Descriptor {
        Descriptor(scheme: "urn:mpeg:dash:period-continuity:2015", value: periodID)
    }
}
