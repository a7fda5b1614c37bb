import MediaModel
public import NIOCore

extension InitializationSegment {
    /// Reads an initialization segment whose sample entries are of the codings that are also written.
    ///
    /// The tracks must be numbered 1 … n in their order, and each must have its `trex` box behind the last of them.
    public init(reading bytes: ByteBuffer) throws(ISOBMFFFault) {
        var file = BoxReader(bytes)
        guard try file.next("ftyp") != nil else { throw .missingBox("ftyp") }
        guard let moov = try file.next("moov") else { throw .missingBox("moov") }
        var tracks: [TrackHeader] = []
        var children = try moov.children()
        while let trak = try children.next("trak") {
            tracks.append(try TrackHeader(reading: trak, expectedID: UInt32(clamping: tracks.count + 1)))
        }
        guard !tracks.isEmpty else { throw .noTracks }
        var extensions = try moov.requiredChild("mvex").children()
        for index in tracks.indices {
            guard let trex = try extensions.next("trex") else { throw .missingBox("trex") }
            var fields = try trex.fullBox().fields
            let id = try fields.readUInt32()
            guard id == UInt32(clamping: index + 1) else { throw .unexpectedTrackID(id) }
        }
        self.init(tracks: tracks)
    }
}

extension TrackHeader {
    fileprivate init(reading trak: Box, expectedID: UInt32) throws(ISOBMFFFault) {
        var (version, _, header) = try trak.requiredChild("tkhd").fullBox()
        try header.skip(version == 0 ? 8 : 16)
        let id = try header.readUInt32()
        guard id == expectedID else { throw .unexpectedTrackID(id) }

        let mdia = try trak.requiredChild("mdia")
        var (mediaVersion, _, media) = try mdia.requiredChild("mdhd").fullBox()
        try media.skip(mediaVersion == 0 ? 8 : 16)
        let ticksPerSecond = try media.readUInt32()
        guard let timescale = Timescale(ticksPerSecond: Int(ticksPerSecond)) else {
            throw .timescaleIsZero(trackID: id)
        }
        try media.skip(mediaVersion == 0 ? 4 : 8)
        var language = LanguageCode.unpack(try media.readUInt16())
        if let elng = try mdia.firstChild("elng") {
            var fields = try elng.fullBox().fields
            let tag = String(buffer: try fields.readBytes(max(0, fields.remaining - 1)))
            language = LanguageCode.isTag(tag) ? tag : language
        }

        let sampleTable = try mdia.requiredChild("minf").requiredChild("stbl")
        var entries = try sampleTable.requiredChild("stsd").children(after: 8)
        guard let entry = try entries.next() else { throw .missingBox("stsd") }
        self.init(timescale: timescale, configuration: try SampleEntry.read(entry), language: language)
    }
}
