public import NIOCore

extension EventLoopTurns {
    /// The outcome of `work`, or `other` when it takes longer than `limit`.
    ///
    /// Then it is cancelled, and not awaited: what does not heed its cancellation must not hold up the answer.
    public func within<Value: Sendable>(
        _ limit: TimeAmount, orElse other: Value, _ work: @escaping @Sendable () async -> Value
    ) async -> Value {
        let outcome = next().makePromise(of: Value.self)
        let working = Task { outcome.succeed(await work()) }
        let timeout = outcome.futureResult.eventLoop.scheduleTask(in: limit) {
            working.cancel()
            outcome.succeed(other)
        }
        defer { timeout.cancel() }
        // A promise that is only ever kept.
        return (try? await outcome.futureResult.get()) ?? other
    }
}
