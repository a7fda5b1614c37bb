/// Whether a peer repeats an extended timestamp on the chunks of type 3 that follow it.
///
/// RTMP 1.0 §5.3.1.3 demands it. OBS before 30.1 and many small libraries leave it out within a message, later versions
/// of OBS only where type 3 starts one. The first four bytes where it matters tell: a timestamp that the peer can mean,
/// or payload. What was learnt once holds for the connection, so that payload which looks like a timestamp later on
/// does no harm. The four bytes are waited for even when less of the message is missing: a peer that repeats
/// sends them, and of one that does not, the next chunk comes, at the cost of one late message in its life.
struct ExtendedTimestampDialect {
    private enum Habit {
        case unknown, repeats, omits
    }

    private var withinMessage = Habit.unknown
    private var atStart = Habit.unknown

    /// What stands in front of the payload of a chunk of type 3.
    enum Repetition {
        case present, absent
        /// Nobody can tell before four bytes are there.
        case undecided
    }

    /// Says whether a chunk of type 3 on `stream` carries the timestamp again, `next` being the four bytes after
    /// its basic header, if they are there.
    mutating func repetition(on stream: InboundChunkStream, next: UInt32?) -> Repetition {
        guard let extended = stream.extendedTimestamp else { return .absent }
        let startsMessage = !stream.isUnfinished
        switch startsMessage ? atStart : withinMessage {
        case .repeats: return .present
        case .omits: return .absent
        case .unknown: break
        }
        guard let next else { return .undecided }
        let isRepeated =
            next == extended || next == stream.timestamp
            || startsMessage && next == stream.timestamp &+ stream.timestampDelta
        if startsMessage {
            atStart = isRepeated ? .repeats : .omits
        } else {
            withinMessage = isRepeated ? .repeats : .omits
        }
        return isRepeated ? .present : .absent
    }
}
