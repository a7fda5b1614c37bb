import CodecParsing
import MediaModel

/// The tracks that a demuxer knows, and what it must remember of each.
struct DemuxedTracks: Sendable {
    /// Sorted by identifier; few.
    private var entries: [DemuxedTrack] = []

    /// The tracks that are configured, in order.
    var all: [Track] { entries.compactMap(\.track) }

    /// What is remembered of the tracks that were mentioned.
    var ids: [Track.ID] { entries.map(\.id) }

    subscript(id: Track.ID) -> Track? {
        for index in entries.indices where entries[index].id == id { return entries[index].track }
        return nil
    }

    /// The length of the lengths in the frames of a track.
    func nalUnitLength(of id: Track.ID) -> NALUnitLength {
        // Asked for every picture: what is remembered of the track is looked at in place, not copied.
        for index in entries.indices where entries[index].id == id { return entries[index].nalUnitLength }
        return .fourBytes
    }

    /// What is remembered of a track, if it was mentioned.
    func entry(_ id: Track.ID) -> DemuxedTrack? {
        entries.first { $0.id == id }
    }

    /// Changes what is remembered of a track, from the first time it is mentioned on.
    ///
    /// - Throws: `.tooManyTracks` when there is no place for another.
    mutating func update<Result>(
        _ id: Track.ID, limits: FLVDemuxer.Limits, _ change: (inout DemuxedTrack) -> Result
    ) throws(FLVFault) -> Result {
        let place = entries.firstIndex { $0.id >= id } ?? entries.endIndex
        if place == entries.endIndex || entries[place].id != id {
            guard entries.count(where: { $0.id.kind == id.kind }) < limits.tracksOfAKind else {
                throw .tooManyTracks(id)
            }
            entries.insert(DemuxedTrack(id: id), at: place)
        }
        return change(&entries[place])
    }
}
