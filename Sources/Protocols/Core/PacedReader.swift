public import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Who takes what a `PacedReader` reads.
public protocol PacedSource: AnyObject {
    /// Takes what came by `now`; called on the connection's event loop.
    func receive(_ bytes: ByteBuffer, at now: NIODeadline)
    /// What comes from now on has waited for `pace` at most; called where it is read in another way than before.
    func isRead(every pace: TimeAmount)
}

/// Decides when a connection's socket is read: at once, by NIO; at a pace, together with others of its event loop; or not
/// for now.
///
/// A publisher sends a frame every ten milliseconds, and to wake up, to ask which socket it was, and to go to sleep again
/// costs more than to read it. At a pace those costs are shared, and what came meanwhile comes with one call.
///
/// That is sound because NIO takes nothing from the socket meanwhile: its automatic reading is off. It still learns of
/// the connection's end, reads itself what came last, and closes. Who sends much is no slower for it: a connection that
/// brought more than `ReadingRound.busyBytes` at a tick is read at once until it brings less, and in a faster round if it
/// goes on.
///
/// Lives on the channel's event loop.
public final class PacedReader {
    private let channel: any Channel
    private let rounds: ReadingRounds
    private var mode = ReadingMode.atOnce
    /// Where it is read at a pace.
    private(set) var round: ReadingRound?
    /// What NIO read since the last tick.
    private var bytesSinceTick = 0
    /// For how many ticks it has brought much, each time.
    var busyTicks = 0

    let socket: CInt
    let source: any PacedSource

    /// Makes the reader of a plain TCP connection, which is read at once until `setMode`; `nil` where the platform or the
    /// transport does not let it.
    ///
    /// It holds `source`, which must call `stop` and let go of it when its channel has become inactive.
    public init?(_ source: any PacedSource, on channel: any Channel, rounds: ReadingRounds) {
        #if canImport(Glibc) || canImport(Musl)
            guard
                let socket = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                    of: NIOBSDSocket.Handle.self, { $0 })
            else { return nil }
            self.socket = socket
            self.source = source
            self.channel = channel
            self.rounds = rounds
        #else
            return nil
        #endif
    }

    /// Reads in another way from now on.
    public func setMode(_ mode: ReadingMode) {
        guard mode != self.mode else { return }
        self.mode = mode
        round?.remove(self)
        round = if case .every(let pace) = mode { rounds.round(of: pace, on: channel.eventLoop) } else { nil }
        round?.add(self)
        readAutomatically(round == nil && mode != .held)
        acknowledgeAtOnce(round == nil)
    }

    /// Counts bytes that NIO read.
    public func noteRead(_ count: Int) {
        bytesSinceTick += count
    }

    /// The channel is gone.
    public func stop() {
        round?.remove(self)
        round = nil
    }

    /// Says whether the kernel sends an acknowledgement for each read, or leaves it for the next while there is time.
    ///
    /// It is a fifth of what a read costs, and of use to senders that wait for it with a last piece (RFC 9293 §3.7.4),
    /// for the sake of a delay that does not count while the connection is read at a pace.
    private func acknowledgeAtOnce(_ isOn: Bool) {
        #if canImport(Glibc) || canImport(Musl)
            try? channel.syncOptions?.setOption(
                .tcpOption(NIOBSDSocket.Option(rawValue: TCP_QUICKACK)), value: isOn ? 1 : 0)
        #endif
    }

    /// The fastest round: one that woke up more often would save nothing.
    private static let fastestPace = TimeAmount.milliseconds(10)

    // MARK: What the round calls

    /// Reads twice as often until it is told another mode; stays where it is if that is too often.
    func hasten() {
        guard let slow = round, slow.pace.nanoseconds / 2 >= Self.fastestPace.nanoseconds else { return }
        let fast = rounds.round(of: .nanoseconds(slow.pace.nanoseconds / 2), on: channel.eventLoop)
        slow.remove(self)
        round = fast
        fast?.add(self)
        readAutomatically(fast == nil)
    }

    func readAutomatically(_ isOn: Bool) {
        bytesSinceTick = 0
        busyTicks = 0
        try? channel.syncOptions?.setOption(.autoRead, value: isOn)
        source.isRead(every: isOn ? .zero : round?.pace ?? .zero)
    }

    /// What NIO read since this was last asked.
    func takeCount() -> Int {
        defer { bytesSinceTick = 0 }
        return bytesSinceTick
    }

    /// How many bytes there were; 0 or less when there is nothing yet, or the end, or an error.
    static func receive(into bytes: UnsafeMutableRawBufferPointer, from socket: CInt) -> Int {
        #if canImport(Glibc)
            Glibc.recv(socket, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT))
        #elseif canImport(Musl)
            Musl.recv(socket, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT))
        #else
            -1
        #endif
    }
}
