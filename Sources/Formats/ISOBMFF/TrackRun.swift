import NIOCore

/// What a `traf` box must say about the samples of one track: values that all share stand once in `tfhd`, the others
/// sample by sample in `trun` (ISO/IEC 14496-12 §8.8.7, §8.8.8).
struct TrackRun {
    let fragment: TrackFragment
    let payloadLength: Int

    private let commonDuration: UInt32?
    private let commonFlags: SampleFlags?
    private let firstFlags: SampleFlags?
    private let hasCompositionOffsets: Bool

    init(_ fragment: TrackFragment) throws(ISOBMFFFault) {
        guard let first = fragment.samples.first else { throw .noSamples(trackID: fragment.trackID) }
        var end = fragment.baseMediaDecodeTime
        guard end >= 0 else { throw .decodeTimeOutOfRange(trackID: fragment.trackID, end) }
        // What the second sample says stands for the rest: a segment's first sample is often the only sync sample.
        let rest = SampleFlags(fragment.samples.count > 1 ? fragment.samples[1] : first)
        var length = 0
        var durationsAgree = true
        var restAgrees = true
        var hasOffsets = false
        for (index, sample) in fragment.samples.enumerated() {
            let (sum, overflow) = end.addingReportingOverflow(Int64(sample.duration))
            guard !overflow else { throw .decodeTimeOutOfRange(trackID: fragment.trackID, end) }
            end = sum
            length += sample.payload.readableBytes
            durationsAgree = durationsAgree && sample.duration == first.duration
            restAgrees = restAgrees && (index == 0 || SampleFlags(sample) == rest)
            hasOffsets = hasOffsets || sample.compositionOffset != 0
        }
        self.fragment = fragment
        payloadLength = length
        commonDuration = durationsAgree ? first.duration : nil
        commonFlags = restAgrees ? rest : nil
        firstFlags = restAgrees && SampleFlags(first) != rest ? SampleFlags(first) : nil
        hasCompositionOffsets = hasOffsets
    }

    /// The length of the `traf` box in bytes.
    var boxLength: Int {
        let header = 8 + 4 + 4 + (commonDuration == nil ? 0 : 4) + (commonFlags == nil ? 0 : 4)
        let decodeTime = 8 + 4 + 8
        let entry =
            4 + (commonDuration == nil ? 4 : 0) + (commonFlags == nil ? 4 : 0) + (hasCompositionOffsets ? 4 : 0)
        let run = 8 + 4 + 4 + 4 + (firstFlags == nil ? 0 : 4) + entry * fragment.samples.count
        return 8 + header + decodeTime + run
    }

    /// Writes the `traf` box; `dataOffset` is where the track's first sample lies, in bytes from the `moof` box.
    func write(dataOffset: Int32, into destination: inout ByteBuffer) {
        destination.writeBox("traf") { traf in
            writeHeader(into: &traf)
            traf.writeFullBox("tfdt", version: 1) { $0.writeInteger(UInt64(fragment.baseMediaDecodeTime)) }
            writeRun(dataOffset: dataOffset, into: &traf)
        }
    }

    private func writeHeader(into traf: inout ByteBuffer) {
        var flags = TrackFragmentHeaderFlags.defaultBaseIsMovieFragment
        if commonDuration != nil { flags |= TrackFragmentHeaderFlags.defaultDuration }
        if commonFlags != nil { flags |= TrackFragmentHeaderFlags.defaultFlags }
        traf.writeFullBox("tfhd", flags: flags) { tfhd in
            tfhd.writeInteger(fragment.trackID)
            if let commonDuration { tfhd.writeInteger(commonDuration) }
            if let commonFlags { tfhd.writeInteger(commonFlags.rawValue) }
        }
    }

    private func writeRun(dataOffset: Int32, into traf: inout ByteBuffer) {
        var flags = TrackRunFlags.dataOffset | TrackRunFlags.size
        if firstFlags != nil { flags |= TrackRunFlags.firstSampleFlags }
        if commonDuration == nil { flags |= TrackRunFlags.duration }
        if commonFlags == nil { flags |= TrackRunFlags.flags }
        if hasCompositionOffsets { flags |= TrackRunFlags.compositionOffset }
        traf.writeFullBox("trun", version: 1, flags: flags) { trun in
            trun.writeMultipleIntegers(UInt32(truncatingIfNeeded: fragment.samples.count), dataOffset)
            if let firstFlags { trun.writeInteger(firstFlags.rawValue) }
            for sample in fragment.samples {
                if commonDuration == nil { trun.writeInteger(sample.duration) }
                trun.writeInteger(UInt32(truncatingIfNeeded: sample.payload.readableBytes))
                if commonFlags == nil { trun.writeInteger(SampleFlags(sample).rawValue) }
                if hasCompositionOffsets { trun.writeInteger(sample.compositionOffset) }
            }
        }
    }
}

/// Which fields a `tfhd` box has (ISO/IEC 14496-12 §8.8.7.1).
enum TrackFragmentHeaderFlags {
    static let baseDataOffset: UInt32 = 0x01
    static let sampleDescriptionIndex: UInt32 = 0x02
    static let defaultDuration: UInt32 = 0x08
    static let defaultSize: UInt32 = 0x10
    static let defaultFlags: UInt32 = 0x20
    static let defaultBaseIsMovieFragment: UInt32 = 0x02_0000
}

/// Which fields a `trun` box has (ISO/IEC 14496-12 §8.8.8.1).
enum TrackRunFlags {
    static let dataOffset: UInt32 = 0x001
    static let firstSampleFlags: UInt32 = 0x004
    static let duration: UInt32 = 0x100
    static let size: UInt32 = 0x200
    static let flags: UInt32 = 0x400
    static let compositionOffset: UInt32 = 0x800
}
