public import NIOCore

extension MovieFragment {
    /// Reads every fragment of a media segment, or of a file, in order; boxes of other kinds are passed over.
    ///
    /// Each `moof` box must be followed by its `mdat` box, and every sample must lie within that; samples are slices.
    public static func readAll(in bytes: ByteBuffer) throws(ISOBMFFFault) -> [MovieFragment] {
        var fragments: [MovieFragment] = []
        var reader = BoxReader(bytes)
        while let moof = try reader.next("moof") {
            guard let mdat = try reader.next(), mdat.type == "mdat" else { throw .missingBox("mdat") }
            fragments.append(try MovieFragment(moof: moof, mdat: mdat))
        }
        return fragments
    }

    private init(moof: Box, mdat: Box) throws(ISOBMFFFault) {
        var header = try moof.requiredChild("mfhd").fullBox().fields
        let number = try header.readUInt32()
        var tracks: [TrackFragment] = []
        var samplesLeft = Self.mostSamples
        var children = try moof.children()
        while let traf = try children.next("traf") {
            let reading = try TrackFragmentReader(traf: traf, moof: moof, mdat: mdat)
            tracks.append(try reading.fragment(samplesLeft: &samplesLeft))
        }
        self.init(sequenceNumber: number, tracks: tracks)
    }
}

/// Reads one `traf` box against the media data behind it.
private struct TrackFragmentReader {
    private let traf: Box
    private let mdat: Box
    private let trackID: UInt32
    private let moofOffset: Int
    private var defaultDuration: UInt32 = 0
    private var defaultSize: UInt32 = 0
    private var defaultFlags: UInt32 = 0

    init(traf: Box, moof: Box, mdat: Box) throws(ISOBMFFFault) {
        self.traf = traf
        self.mdat = mdat
        moofOffset = moof.offset
        var (_, flags, header) = try traf.requiredChild("tfhd").fullBox()
        trackID = try header.readUInt32()
        if flags & TrackFragmentHeaderFlags.baseDataOffset != 0 { _ = try header.readUInt64() }
        if flags & TrackFragmentHeaderFlags.sampleDescriptionIndex != 0 { _ = try header.readUInt32() }
        if flags & TrackFragmentHeaderFlags.defaultDuration != 0 { defaultDuration = try header.readUInt32() }
        if flags & TrackFragmentHeaderFlags.defaultSize != 0 { defaultSize = try header.readUInt32() }
        if flags & TrackFragmentHeaderFlags.defaultFlags != 0 { defaultFlags = try header.readUInt32() }
    }

    func fragment(samplesLeft: inout Int) throws(ISOBMFFFault) -> TrackFragment {
        var samples: [FragmentSample] = []
        var position = 0
        var children = try traf.children()
        while let trun = try children.next("trun") {
            try readRun(trun, position: &position, into: &samples, samplesLeft: &samplesLeft)
        }
        return TrackFragment(trackID: trackID, baseMediaDecodeTime: try decodeTime(), samples: samples)
    }

    private func decodeTime() throws(ISOBMFFFault) -> Int64 {
        var (version, _, fields) = try traf.requiredChild("tfdt").fullBox()
        switch version {
        case 0: return Int64(try fields.readUInt32())
        case 1:
            let time = try fields.readUInt64()
            guard let exact = Int64(exactly: time) else {
                throw .decodeTimeOutOfRange(trackID: trackID, Int64(truncatingIfNeeded: time))
            }
            return exact
        default: throw .unsupportedVersion("tfdt", version)
        }
    }

    private func readRun(
        _ trun: Box, position: inout Int, into samples: inout [FragmentSample], samplesLeft: inout Int
    ) throws(ISOBMFFFault) {
        var (version, flags, fields) = try trun.fullBox()
        guard version <= 1 else { throw .unsupportedVersion("trun", version) }
        let count = Int(try fields.readUInt32())
        guard count <= samplesLeft else { throw .tooManySamples(count) }
        samplesLeft -= count
        if flags & TrackRunFlags.dataOffset != 0 { position = moofOffset + Int(try fields.readInt32()) }
        let firstFlags = flags & TrackRunFlags.firstSampleFlags != 0 ? try fields.readUInt32() : nil
        for index in 0..<count {
            let duration = flags & TrackRunFlags.duration != 0 ? try fields.readUInt32() : defaultDuration
            let size = flags & TrackRunFlags.size != 0 ? try fields.readUInt32() : defaultSize
            let ownFlags = flags & TrackRunFlags.flags != 0 ? try fields.readUInt32() : defaultFlags
            let sampleFlags = SampleFlags(rawValue: index == 0 ? firstFlags ?? ownFlags : ownFlags)
            var offset: Int32 = 0
            if flags & TrackRunFlags.compositionOffset != 0 {
                // Version 0 has unsigned offsets; one that large is no offset of any stream.
                offset = version == 0 ? Int32(clamping: try fields.readUInt32()) : try fields.readInt32()
            }
            samples.append(
                FragmentSample(
                    duration: duration, compositionOffset: offset, isSync: sampleFlags.isSync,
                    isDisposable: sampleFlags.isDisposable, payload: try payload(at: position, size: Int(size))))
            position += Int(size)
        }
    }

    private func payload(at position: Int, size: Int) throws(ISOBMFFFault) -> ByteBuffer {
        let within = position - mdat.contentOffset
        guard within >= 0, let slice = mdat.content.getSlice(at: mdat.content.readerIndex + within, length: size)
        else { throw .sampleOutsideMediaData(trackID: trackID) }
        return slice
    }
}
