import CodecParsing
import MediaModel

/// The tracks that a demuxer knows, and what it must remember of each.
struct DemuxedTracks: Sendable {
    /// Sorted by identifier.
    ///
    /// Few: one of each kind, or those of a multitrack stream, at most 256 of each.
    private(set) var all: [Track] = []

    /// The length of the lengths in the H.264 frames of the default track.
    var nalUnitLength = NALUnitLength.fourBytes
    /// The first byte of the audio tag that the default audio track was made from, for formats without a configuration.
    var soundFlags: AudioTagHeader?

    subscript(id: Track.ID) -> Track? {
        for index in all.indices where all[index].id == id { return all[index] }
        return nil
    }

    /// Adds `track`, or puts it in the place of the one with its identifier.
    mutating func set(_ track: Track) {
        let place = all.firstIndex { $0.id >= track.id } ?? all.endIndex
        if place < all.endIndex, all[place].id == track.id {
            all[place] = track
        } else {
            all.insert(track, at: place)
        }
    }
}
