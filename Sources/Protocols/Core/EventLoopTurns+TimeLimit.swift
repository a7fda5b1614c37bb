import NIOConcurrencyHelpers
public import NIOCore

extension EventLoopTurns {
    /// The outcome of `work`, or `other` when it takes longer than `limit`.
    ///
    /// Then it is cancelled, and not awaited: what does not heed its cancellation must not hold up the answer. What waits for
    /// nothing is done at once, without a clock.
    public func within<Value: Sendable>(
        _ limit: TimeAmount, orElse other: Value, _ work: @escaping @Sendable () async -> Value
    ) async -> Value {
        let delivery = NIOLockedValueBox(Delivery<Value>.pending)
        let working = Task<Void, Never>.beginning {
            let value = await work()
            delivery.withLockedValue { $0.take(value) }?.succeed(value)
        }
        if case .done(let value) = delivery.withLockedValue({ $0 }) { return value }
        let outcome = next().makePromise(of: Value.self)
        if let value = delivery.withLockedValue({ $0.await(outcome) }) {
            outcome.succeed(value)
            return value
        }
        let timeout = outcome.futureResult.eventLoop.scheduleTask(in: limit) {
            working.cancel()
            outcome.succeed(other)
        }
        defer { timeout.cancel() }
        // A promise that is only ever kept.
        return (try? await outcome.futureResult.get()) ?? other
    }
}

/// A value on its way to whoever may come to wait for it.
private enum Delivery<Value: Sendable>: Sendable {
    case pending
    case awaited(EventLoopPromise<Value>)
    case done(Value)

    /// Takes the value.
    ///
    /// - Returns: the promise of whoever waits already.
    mutating func take(_ value: Value) -> EventLoopPromise<Value>? {
        defer { self = .done(value) }
        if case .awaited(let promise) = self { return promise }
        return nil
    }

    /// The value if it is there; otherwise the promise is to be kept with it.
    mutating func await(_ promise: EventLoopPromise<Value>) -> Value? {
        if case .done(let value) = self { return value }
        self = .awaited(promise)
        return nil
    }
}
