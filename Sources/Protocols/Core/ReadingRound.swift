import NIOCore

/// The connections of an event loop that are read at one pace, with one timer and one buffer for all.
final class ReadingRound {
    /// Bytes between two ticks from which on a connection is read at once, by NIO: 32 KiB.
    ///
    /// Half of what the kernel takes for a connection before it has seen it read, so that nobody waits with a full window;
    /// and for so much, waking up costs little.
    static let busyBytes = 32 << 10
    /// Ticks for which a connection is read at once before it gets a round of its own speed.
    private static let patience = 8
    /// Bytes that are read of one connection at a tick: 64 KiB, more than nearly every publisher sends between two.
    private static let mostBytesOfOne = 64 << 10
    /// Bytes that are read before they are handed on: 256 KiB, what a processor keeps near.
    private static let bufferBytes = 256 << 10

    /// What reading needs, side by side: with many connections the cost is to fetch each one's memory.
    private struct Member {
        let socket: CInt
        let source: any PacedSource
        let reader: PacedReader
    }

    private struct Arrival {
        /// Where the member stands in the list of this tick.
        let index: Int
        let count: Int
    }

    let pace: TimeAmount
    private let eventLoop: any EventLoop
    private var members: ContiguousArray<Member> = []
    /// Those that NIO reads for now.
    private var busy: [PacedReader] = []
    private var hasLost = false
    private var timer: RepeatedTask?
    private var buffer = ByteBuffer()
    private var arrivals: [Arrival] = []

    init(pace: TimeAmount, eventLoop: any EventLoop) {
        self.pace = pace
        self.eventLoop = eventLoop
    }

    func add(_ reader: PacedReader) {
        members.append(Member(socket: reader.socket, source: reader.source, reader: reader))
        guard timer == nil else { return }
        buffer.reserveCapacity(Self.bufferBytes)
        let round = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleRepeatedTask(initialDelay: pace, delay: pace) { _ in round.value.tick() }
    }

    func remove(_ reader: PacedReader) {
        hasLost = true
        members.removeAll { $0.reader === reader }
        busy.removeAll { $0 === reader }
        guard members.isEmpty, busy.isEmpty else { return }
        timer?.cancel()
        timer = nil
        buffer = ByteBuffer()
        arrivals = []
    }

    /// Reads some sockets, then hands on what came of them, then the next.
    ///
    /// Apart, because each is a long way through much code: what the processor keeps of one is lost in the other.
    private func tick() {
        calmDown()
        // Taken out, so that it is nobody else's and keeps its room.
        var buffer = buffer
        self.buffer = ByteBuffer()
        hasLost = false
        let now = eventLoop.now
        // The list as it is at the beginning; who leaves meanwhile may have no socket any more.
        let members = members
        var next = members.startIndex
        while next < members.endIndex {
            buffer.clear()
            arrivals.removeAll(keepingCapacity: true)
            while next < members.endIndex, buffer.writableBytes >= Self.mostBytesOfOne {
                let index = next
                next += 1
                if hasLost, members[index].reader.round !== self { continue }
                let count = receive(from: members[index].socket, into: &buffer)
                if count > 0 { arrivals.append(Arrival(index: index, count: count)) }
            }
            for arrival in arrivals {
                guard let bytes = buffer.readSlice(length: arrival.count) else { break }
                if hasLost, members[arrival.index].reader.round !== self { continue }
                members[arrival.index].source.receive(bytes, at: now)
                guard arrival.count > Self.busyBytes else { continue }
                beginBusy(members[arrival.index].reader)
            }
        }
        arrivals.removeAll(keepingCapacity: true)
        if timer != nil { self.buffer = buffer }
    }

    /// Appends what a socket has to `buffer`, and returns how much that is.
    private func receive(from socket: CInt, into buffer: inout ByteBuffer) -> Int {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.mostBytesOfOne) { room in
            // Of the end and of errors NIO learns by itself.
            max(0, PacedReader.receive(into: .init(rebasing: room.prefix(Self.mostBytesOfOne)), from: socket))
        }
    }

    private func beginBusy(_ reader: PacedReader) {
        guard reader.round === self else { return }
        members.removeAll { $0.reader === reader }
        busy.append(reader)
        reader.readAutomatically(true)
    }

    /// Takes those back that bring little again, and leaves those to a faster round that go on bringing much.
    private func calmDown() {
        guard !busy.isEmpty else { return }
        for reader in busy where reader.busyTicks >= Self.patience { reader.hasten() }
        busy.removeAll { reader in
            guard reader.takeCount() <= Self.busyBytes else {
                reader.busyTicks += 1
                return false
            }
            reader.readAutomatically(false)
            members.append(Member(socket: reader.socket, source: reader.source, reader: reader))
            return true
        }
    }
}
