import MPD
import MediaModel

/// What a DASH manifest has to tell of the listed segments, kept up to date segment by segment.
///
/// An epoch is a period. So is a stretch in which a rendition has nothing to say: a player that is told in a period of its
/// own that there is no sound does not wait for it. What a segment
/// costs does not depend on how many are listed: timelines grow at the end and shrink at the front.
struct ManifestJournal {
    /// What one rendition has of a segment.
    struct Entry {
        /// The name of the rendition.
        let name: String
        let track: Track
        /// Under which name its initialization section is fetched.
        let initialization: String
        /// Unit of the places.
        let timescale: Timescale
        /// When it is shown; never does one begin before the one before it ends.
        let place: SegmentTimeline.Place
        /// The place of the segment behind it, as long as that is a guess.
        let next: SegmentTimeline.Place?
        /// Whether a decoder can begin here.
        let isIndependent: Bool
    }

    /// One rendition through one period.
    struct Member {
        let name: String
        let track: Track
        let initialization: String
        let timescale: Timescale
        fileprivate(set) var timeline = SegmentTimeline()
        /// The newest whole segment.
        fileprivate(set) var last: SegmentTimeline.Place
        /// The one that is expected.
        fileprivate(set) var next: SegmentTimeline.Place?
        /// How long the first segment lasts, by which players reckon when others begin.
        let usualDuration: Int64
        /// Whether a decoder could begin with every segment.
        fileprivate(set) var isIndependent = true
    }

    /// A stretch in which the same renditions have something to say, on the same clock.
    struct Stretch {
        /// The Media Sequence Number with which it begins, which names it too.
        let number: Int
        /// Where it begins on the output timeline, in ticks of 90 kHz.
        let start: Int64
        /// The wallclock time of that, in milliseconds since 1970.
        let wallclock: Int64
        /// Whether it goes on from the stretch before on the same clock.
        let isContinuous: Bool
        /// The number of the first segment that is still listed.
        fileprivate(set) var firstListed: Int
        /// How many whole segments are listed.
        fileprivate(set) var count: Int
        /// Whether another segment is under construction, which continues these.
        fileprivate(set) var isOpen = true
        fileprivate(set) var members: [Member]

        fileprivate func takes(_ entries: [Entry]) -> Bool {
            members.count == entries.count
                && zip(members, entries).allSatisfy { member, entry in
                    member.name == entry.name && member.initialization == entry.initialization
                        && member.track === entry.track
                }
        }
    }

    /// Oldest first.
    private(set) var stretches: [Stretch] = []
    /// The wallclock time that all times of the presentation are counted from: that of the first segment of all.
    private(set) var availabilityStart: Int64?
    /// Whether there is something to tell that was not told.
    var isChanged = false

    /// Takes in a segment that is whole.
    ///
    /// - Parameters:
    ///   - start: where it begins on the output timeline, and `wallclock` when that was.
    ///   - beginsEpoch: whether it does not continue the one before.
    mutating func append(_ entries: [Entry], number: Int, start: Int64, wallclock: Int64, beginsEpoch: Bool) {
        isChanged = true
        guard let latest = stretches.last, !beginsEpoch, latest.takes(entries),
            number == latest.firstListed + latest.count
        else {
            begin(entries, number: number, start: start, wallclock: wallclock, beginsEpoch: beginsEpoch)
            return
        }
        let place = stretches.count - 1
        stretches[place].count += 1
        for (index, entry) in entries.enumerated() {
            var member = stretches[place].members[index]
            member.timeline.append(entry.place, after: member.last.end)
            (member.last, member.next) = (entry.place, entry.next)
            member.isIndependent = member.isIndependent && entry.isIndependent
            stretches[place].members[index] = member
        }
    }

    private mutating func begin(
        _ entries: [Entry], number: Int, start: Int64, wallclock: Int64, beginsEpoch: Bool
    ) {
        close()
        guard !entries.isEmpty else { return }
        if availabilityStart == nil { availabilityStart = wallclock }
        let members = entries.map { entry in
            Member(
                name: entry.name, track: entry.track, initialization: entry.initialization, timescale: entry.timescale,
                timeline: SegmentTimeline(places: [entry.place]), last: entry.place, next: entry.next,
                usualDuration: entry.place.duration, isIndependent: entry.isIndependent)
        }
        stretches.append(
            Stretch(
                number: number, start: start, wallclock: wallclock, isContinuous: !beginsEpoch, firstListed: number,
                count: 1, members: members))
    }

    /// The oldest segment is no longer listed.
    mutating func removeFirst() {
        guard !stretches.isEmpty else { return }
        isChanged = true
        stretches[0].firstListed += 1
        stretches[0].count -= 1
        if stretches[0].count > 0 {
            for index in stretches[0].members.indices { stretches[0].members[index].timeline.removeFirst() }
        } else {
            stretches.removeFirst()
        }
    }

    /// Nothing continues the segments that there are: an epoch is over, or the stream.
    mutating func close() {
        guard let last = stretches.indices.last, stretches[last].isOpen else { return }
        isChanged = true
        stretches[last].isOpen = false
    }
}

extension ManifestJournal.Member {
    /// The timeline with the segment under construction.
    var timelineWithNext: SegmentTimeline {
        guard let next else { return timeline }
        var timeline = timeline
        timeline.append(next, after: last.end)
        return timeline
    }
}
