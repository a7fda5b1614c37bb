public import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Who takes what a `PacedReader` reads.
public protocol PacedSource: AnyObject {
    /// Takes what came; called on the connection's event loop.
    func receive(_ bytes: ByteBuffer)
}

/// Decides when a connection's socket is read: at once, by NIO, or at a pace, together with others of its event loop.
///
/// A publisher sends a frame every ten milliseconds, and to wake up, to ask which socket it was, and to go to sleep again
/// costs more than to read it. At a pace those costs are shared, and what came meanwhile comes with one call.
///
/// That is sound because NIO takes nothing from the socket meanwhile: its automatic reading is off. It still learns of
/// the connection's end, reads itself what came last, and closes. Who sends much is no slower for it: a connection that
/// brought more than `busyBytes` at a tick is read at once until it brings less.
///
/// Lives on the channel's event loop.
public final class PacedReader {
    /// Bytes between two ticks from which on a connection is read at once: 32 KiB.
    ///
    /// Half of what the kernel takes for a connection before it has seen it read, so that nobody waits with a full window;
    /// and for so much, waking up costs little.
    static let busyBytes = 32 << 10
    /// Calls for one connection in a tick, so that nobody keeps the others waiting.
    private static let readsInTurn = 4

    private let channel: any Channel
    private let socket: CInt
    private unowned let source: any PacedSource
    private let rounds: ReadingRounds
    private var round: ReadingRound?
    private var isBusy = false
    /// What NIO read since the last tick.
    private var bytesSinceTick = 0

    /// Makes the reader of a plain TCP connection, which is read at once until `setPace`; `nil` where the platform or the
    /// transport does not let it.
    ///
    /// `source` must call `stop` when its channel has become inactive, and live until then.
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

    /// Reads every `pace` from now on, or at once when it is zero.
    public func setPace(_ pace: TimeAmount) {
        guard pace != (round?.pace ?? .zero) else { return }
        round?.remove(self)
        round = pace > .zero ? rounds.round(of: pace, on: channel.eventLoop) : nil
        round?.add(self)
        isBusy = false
        bytesSinceTick = 0
        readAutomatically(round == nil)
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

    /// Takes what has come since the last tick, `buffer` being the room for it.
    func tick(_ buffer: inout ByteBuffer) {
        guard isBusy else { return read(&buffer) }
        if bytesSinceTick <= Self.busyBytes {
            isBusy = false
            readAutomatically(false)
        }
        bytesSinceTick = 0
    }

    private func read(_ buffer: inout ByteBuffer) {
        var taken = 0
        for _ in 0..<Self.readsInTurn where channel.isActive && round != nil {
            buffer.clear()
            let count = buffer.withUnsafeMutableWritableBytes { Self.receive(into: $0, from: socket) }
            // Nothing yet, or the end, or an error: of the latter two NIO learns by itself.
            guard count > 0 else { break }
            buffer.moveWriterIndex(to: count)
            let isFull = buffer.writableBytes == 0
            source.receive(buffer)
            taken += count
            guard isFull else { break }
        }
        guard taken > Self.busyBytes, channel.isActive, round != nil else { return }
        isBusy = true
        readAutomatically(true)
    }

    private func readAutomatically(_ isOn: Bool) {
        try? channel.syncOptions?.setOption(.autoRead, value: isOn)
    }

    private static func receive(into bytes: UnsafeMutableRawBufferPointer, from socket: CInt) -> Int {
        #if canImport(Glibc)
            Glibc.recv(socket, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT))
        #elseif canImport(Musl)
            Musl.recv(socket, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT))
        #else
            -1
        #endif
    }
}
