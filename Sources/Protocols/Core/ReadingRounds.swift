public import NIOCore

/// The rounds in which connections are read at a pace: one for each event loop and pace.
public final class ReadingRounds: Sendable {
    private let rounds: [ObjectIdentifier: NIOLoopBoundBox<[TimeAmount: ReadingRound]>]

    /// Makes the rounds of all event loops of a group.
    public init(eventLoops: any EventLoopGroup) {
        let boxes = eventLoops.makeIterator().map { eventLoop in
            (
                ObjectIdentifier(eventLoop),
                NIOLoopBoundBox<[TimeAmount: ReadingRound]>.makeBoxSendingValue([:], eventLoop: eventLoop)
            )
        }
        rounds = Dictionary(boxes) { first, _ in first }
    }

    /// The round of an event loop of the group; `nil` for any other loop.
    ///
    /// Called on that loop.
    func round(of pace: TimeAmount, on eventLoop: any EventLoop) -> ReadingRound? {
        guard let box = rounds[ObjectIdentifier(eventLoop)] else { return nil }
        if let round = box.value[pace] { return round }
        let round = ReadingRound(pace: pace, eventLoop: eventLoop)
        box.value[pace] = round
        return round
    }
}
