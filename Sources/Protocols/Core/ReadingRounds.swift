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

/// Those of an event loop that are read at one pace, with one timer and one buffer for all.
final class ReadingRound {
    /// 64 KiB: more than nearly every publisher sends between two ticks.
    private static let bufferBytes = 64 << 10

    let pace: TimeAmount
    private let eventLoop: any EventLoop
    private var members: ContiguousArray<PacedReader> = []
    private var timer: RepeatedTask?
    private var buffer = ByteBuffer()

    init(pace: TimeAmount, eventLoop: any EventLoop) {
        self.pace = pace
        self.eventLoop = eventLoop
    }

    func add(_ reader: PacedReader) {
        members.append(reader)
        guard timer == nil else { return }
        buffer.reserveCapacity(Self.bufferBytes)
        let round = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleRepeatedTask(initialDelay: pace, delay: pace) { _ in round.value.tick() }
    }

    func remove(_ reader: PacedReader) {
        guard let index = members.firstIndex(where: { $0 === reader }) else { return }
        members.remove(at: index)
        guard members.isEmpty else { return }
        timer?.cancel()
        timer = nil
        buffer = ByteBuffer()
    }

    private func tick() {
        // Taken out, so that it is nobody else's and keeps its room.
        var buffer = buffer
        self.buffer = ByteBuffer()
        // Whoever is read may leave: then this is the list as it was, and who has left is not read.
        for reader in members { reader.tick(&buffer) }
        if timer != nil { self.buffer = buffer }
    }
}
