import MediaModel
import NIOCore

/// Which samples can leave in parts before their segment is whole.
extension Segmenter {
    /// The next part that is finished: its samples surely belong to the segment under construction, and it is known when
    /// the sample behind them is decoded.
    mutating func nextPart() -> PartDraft? {
        guard rules.part > 0 else { return nil }
        // Behind a segment that was held back there may be samples enough for the end of the next one.
        plan()
        for index in lanes.indices {
            if let part = nextPart(of: index) { return part }
        }
        return nil
    }

    private mutating func nextPart(of index: Int) -> PartDraft? {
        let samples = lanes[index].samples
        guard samples.count > 1 else { return nil }
        let (settled, isWhole) = settledCount(of: index)
        let known = min(settled, samples.count - 1)
        guard known > 0 else { return nil }
        let longest = PartRule.longest(rules.part, in: lanes[index].timescale)
        let count = PartRule.count(samples, known: known, longest: longest) ?? (isWhole && known == settled ? known : 0)
        return count > 0 ? takePart(of: count, from: index, isLast: isWhole && count == settled) : nil
    }

    private mutating func takePart(of count: Int, from index: Int, isLast: Bool) -> PartDraft {
        let taken = Array(lanes[index].samples[..<count])
        let next = lanes[index].samples[count].decodeTime
        var end = next
        if isLast, let plannedEnd {
            end = endTime(of: taken, behind: lanes[index].inParts, next: next, lane: index, until: plannedEnd)
        }
        lanes[index].samples.removeFirst(count)
        if index == pilot { scanned -= count }
        lanes[index].syncFrame = lanes[index].syncFrame.flatMap { $0 >= count ? $0 - count : nil }
        if lanes[index].inParts.first == nil {
            lanes[index].inParts.first = .init(
                position: taken[0].position, decodeTime: taken[0].decodeTime,
                compositionOffset: taken[0].compositionOffset, isSync: taken[0].isSync)
        }
        lanes[index].inParts.count += count
        lanes[index].inParts.bytes += taken.reduce(0) { $0 + $1.payload.readableBytes }
        lanes[index].inParts.end = end
        return PartDraft(
            lane: index, samples: taken, end: end, next: next,
            segmentStart: lanes[pilot].inParts.first?.position ?? lanes[pilot].samples.first?.position ?? start)
    }

    /// How many of the samples of a lane that wait surely belong to the segment under construction, and whether these are
    /// all that ever will.
    private func settledCount(of index: Int) -> (count: Int, isWhole: Bool) {
        let lane = lanes[index]
        if let end = plannedEnd, index == pilot || hasPassed(end, lane: index) {
            return (count(of: index, before: end), true)
        }
        // All of the pilot's samples were looked at, and none ends the segment.
        guard index != pilot else { return (lane.samples.count, false) }
        // The segment ends behind what the pilot has sent, and if it is known where, not before that.
        let reached = lanes[pilot].progress
        let latest = (lane.inParts.first?.position ?? lane.samples.first?.position ?? start)
            .addingClamped(rules.longest)
        let begun = lane.inParts.count
        let unsettled = lane.samples.indices.first { place in
            let sample = lane.samples[place]
            let isBeyond = plannedEnd.map { sample.position >= $0.position } ?? (sample.position > reached)
            return isBeyond || sample.position >= latest
                || (place + begun > 0 && mayBegin(with: sample, lane: lane, pilotAt: reached))
        }
        return (unsettled ?? lane.samples.count, false)
    }

    /// Whether the next segment may begin with this sample of a further track of pictures: the pilot may still send a sync
    /// frame that is shown with it, and that late a segment can end.
    private func mayBegin(with sample: TimedSample, lane: Lane, pilotAt reached: Int64) -> Bool {
        guard lane.isVideo, sample.isSync else { return false }
        return lane.shown(sample) + SegmentationRules.alignment >= max(reached, earliestEnd)
    }
}
