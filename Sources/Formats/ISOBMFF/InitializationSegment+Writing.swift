import MediaModel
public import NIOCore

extension InitializationSegment {
    /// Writes the segment: `ftyp`, and `moov` with empty sample tables and zero durations.
    ///
    /// The tracks have the ids 1 … n in the order given. When a fault is thrown, nothing has been written.
    public func write(into destination: inout ByteBuffer) throws(ISOBMFFFault) {
        guard !tracks.isEmpty else { throw .noTracks }
        var boxes: [TrackBox] = []
        for (index, track) in tracks.enumerated() {
            boxes.append(try TrackBox(id: UInt32(clamping: index + 1), track))
        }
        writeFileType(into: &destination)
        destination.writeBox("moov") { moov in
            writeMovieHeader(into: &moov)
            for box in boxes { box.write(into: &moov) }
            moov.writeBox("mvex") { mvex in
                for box in boxes { box.writeTrackExtends(into: &mvex) }
            }
        }
    }

    /// The brands that the segment keeps to; `cmfc` only with one track, as a CMAF header has no more
    /// (ISO/IEC 23000-19 §7.2), and `av01` beside AV1, as its binding asks (§2.1).
    private func writeFileType(into destination: inout ByteBuffer) {
        var brands: [BoxType] = tracks.count == 1 ? ["iso6", "cmfc", "mp41"] : ["iso6", "mp41"]
        if tracks.contains(where: { $0.configuration.codec == .av1 }) { brands.append("av01") }
        destination.writeBox("ftyp") { ftyp in
            ftyp.writeMultipleIntegers(brands[0].rawValue, UInt32(0))
            for brand in brands { ftyp.writeInteger(brand.rawValue) }
        }
    }

    private func writeMovieHeader(into moov: inout ByteBuffer) {
        moov.writeFullBox("mvhd") { mvhd in
            mvhd.writeMultipleIntegers(UInt32(0), UInt32(0))  // creation and modification time: unknown
            mvhd.writeMultipleIntegers(UInt32(1000), UInt32(0))  // timescale, duration
            mvhd.writeMultipleIntegers(UInt32(0x0001_0000), UInt16(0x0100))  // normal rate, full volume
            mvhd.writeRepeatingByte(0, count: 10)
            mvhd.writeUnityMatrix()
            mvhd.writeRepeatingByte(0, count: 24)
            mvhd.writeInteger(UInt32(clamping: tracks.count + 1))  // next track id
        }
    }
}

/// The `trak` box of one track, checked and ready to be written.
private struct TrackBox {
    let id: UInt32
    let timescale: UInt32
    let entry: SampleEntry
    let language: LanguageCode

    init(id: UInt32, _ track: TrackHeader) throws(ISOBMFFFault) {
        guard let timescale = UInt32(exactly: track.timescale.ticksPerSecond) else {
            throw .timescaleOutOfRange(track.timescale.ticksPerSecond)
        }
        self.id = id
        self.timescale = timescale
        entry = try SampleEntry(track.configuration)
        language = LanguageCode(track.language)
    }

    func write(into moov: inout ByteBuffer) {
        moov.writeBox("trak") { trak in
            writeTrackHeader(into: &trak)
            trak.writeBox("mdia") { mdia in
                mdia.writeFullBox("mdhd") { mdhd in
                    mdhd.writeMultipleIntegers(UInt32(0), UInt32(0), timescale, UInt32(0))
                    mdhd.writeMultipleIntegers(language.packed, UInt16(0))
                }
                writeHandler(into: &mdia)
                if let tag = language.extendedTag {
                    mdia.writeFullBox("elng") { elng in
                        elng.writeString(tag)
                        elng.writeInteger(UInt8(0))
                    }
                }
                mdia.writeBox("minf") { writeMedia(into: &$0) }
            }
        }
    }

    /// Writes the `trex` box: every default stands in the fragments themselves.
    func writeTrackExtends(into mvex: inout ByteBuffer) {
        mvex.writeFullBox("trex") { trex in
            trex.writeMultipleIntegers(id, UInt32(1), UInt32(0), UInt32(0), UInt32(0))
        }
    }

    private func writeTrackHeader(into trak: inout ByteBuffer) {
        let enabledInMovieAndPreview: UInt32 = 7
        let displaySize = entry.displaySize
        trak.writeFullBox("tkhd", flags: enabledInMovieAndPreview) { tkhd in
            tkhd.writeMultipleIntegers(UInt32(0), UInt32(0), id, UInt32(0), UInt32(0))
            tkhd.writeRepeatingByte(0, count: 8)
            tkhd.writeMultipleIntegers(UInt16(0), UInt16(0))  // layer, alternate group
            tkhd.writeMultipleIntegers(UInt16(displaySize == nil ? 0x0100 : 0), UInt16(0))  // volume
            tkhd.writeUnityMatrix()
            tkhd.writeMultipleIntegers(displaySize?.width ?? 0, displaySize?.height ?? 0)
        }
    }

    private func writeHandler(into mdia: inout ByteBuffer) {
        let (handler, name): (BoxType, StaticString) =
            entry.displaySize == nil ? ("soun", "SoundHandler\0") : ("vide", "VideoHandler\0")
        mdia.writeFullBox("hdlr") { hdlr in
            hdlr.writeMultipleIntegers(UInt32(0), handler.rawValue)
            hdlr.writeRepeatingByte(0, count: 12)
            hdlr.writeStaticString(name)
        }
    }

    private func writeMedia(into minf: inout ByteBuffer) {
        if entry.displaySize == nil {
            minf.writeFullBox("smhd") { $0.writeInteger(UInt32(0)) }
        } else {
            minf.writeFullBox("vmhd", flags: 1) { $0.writeInteger(UInt64(0)) }
        }
        minf.writeBox("dinf") { dinf in
            dinf.writeFullBox("dref") { dref in
                dref.writeInteger(UInt32(1))
                let mediaInThisFile: UInt32 = 1
                dref.writeFullBox("url ", flags: mediaInThisFile) { _ in }
            }
        }
        minf.writeBox("stbl") { stbl in
            stbl.writeFullBox("stsd") { stsd in
                stsd.writeInteger(UInt32(1))
                entry.write(into: &stsd)
            }
            for table: BoxType in ["stts", "stsc"] { stbl.writeFullBox(table) { $0.writeInteger(UInt32(0)) } }
            stbl.writeFullBox("stsz") { $0.writeInteger(UInt64(0)) }
            stbl.writeFullBox("stco") { $0.writeInteger(UInt32(0)) }
        }
    }
}

extension ByteBuffer {
    /// Writes the matrix that leaves a picture as it is (ISO/IEC 14496-12 §6.2.2).
    fileprivate mutating func writeUnityMatrix() {
        for value: UInt32 in [0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000] { writeInteger(value) }
    }
}
