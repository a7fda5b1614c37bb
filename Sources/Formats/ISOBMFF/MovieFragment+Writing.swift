public import NIOCore

extension MovieFragment {
    /// Writes the fragment, headed by a `styp` box when it is the first of a segment.
    ///
    /// The payloads are copied once, into room that is reserved exactly beforehand. When a fault is thrown, nothing has
    /// been written.
    public func write(startsSegment: Bool, into destination: inout ByteBuffer) throws(ISOBMFFFault) {
        guard !tracks.isEmpty else { throw .noTracks }
        var runs: [TrackRun] = []
        runs.reserveCapacity(tracks.count)
        for track in tracks { runs.append(try TrackRun(track)) }

        let moofLength = runs.reduce(8 + Self.headerLength) { $0 + $1.boxLength }
        let payloadLength = runs.reduce(0) { $0 + $1.payloadLength }
        let length = moofLength + 8 + payloadLength
        // The data offsets are signed 32-bit numbers, and they reach as far as the media data.
        guard length <= Int(Int32.max) else { throw .fragmentTooLong(length) }
        destination.reserveCapacity(minimumWritableBytes: length + (startsSegment ? Self.segmentTypeLength : 0))

        if startsSegment { Self.writeSegmentType(into: &destination) }
        destination.writeBox("moof") { moof in
            moof.writeFullBox("mfhd") { $0.writeInteger(sequenceNumber) }
            var dataOffset = moofLength + 8
            for run in runs {
                run.write(dataOffset: Int32(truncatingIfNeeded: dataOffset), into: &moof)
                dataOffset += run.payloadLength
            }
        }
        destination.writeBox("mdat") { mdat in
            for track in tracks {
                for sample in track.samples { mdat.writeImmutableBuffer(sample.payload) }
            }
        }
    }

    private static let headerLength = 16
    private static let segmentTypeLength = 24

    /// Writes the `styp` box with the brands of DASH media segments that CMAF takes over (ISO/IEC 23009-1 §6.3.4.2).
    private static func writeSegmentType(into destination: inout ByteBuffer) {
        destination.writeBox("styp") { styp in
            let (major, indexed): (BoxType, BoxType) = ("msdh", "msix")
            styp.writeMultipleIntegers(major.rawValue, UInt32(0), major.rawValue, indexed.rawValue)
        }
    }
}
