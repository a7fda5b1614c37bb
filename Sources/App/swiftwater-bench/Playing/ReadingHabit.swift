import NIOCore

/// How a player reads its socket once the stream has begun.
enum ReadingHabit: Sendable, Equatable {
    /// At once.
    case prompt
    /// No more.
    case stalled
    /// So many bytes a second.
    case slow(bytesPerSecond: Int)

    /// Times a second that a slow player reads, at most.
    private static let readsPerSecond = 10

    /// Begins the habit on a connection; called on its event loop.
    func begin(on channel: any Channel) {
        guard self != .prompt else { return }
        guard let options = channel.syncOptions else { return }
        try? options.setOption(.autoRead, value: false)
        guard case .slow(let rate) = self else { return }
        let bytes = max(1, rate / Self.readsPerSecond)
        try? options.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: bytes))
        try? options.setOption(.maxMessagesPerRead, value: 1)
        let pause = TimeAmount.nanoseconds(1_000_000_000 * Int64(bytes) / Int64(max(1, rate)))
        let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in channel.read() }
        channel.closeFuture.whenComplete { _ in task.cancel() }
    }
}
