public import NIOCore

extension Task where Success == Void, Failure == Never {
    /// A task that begins here and now: up to where `work` first waits, it has run when this returns.
    ///
    /// What need not wait for anything costs no other thread so, and no waking up.
    @discardableResult
    static func beginning(_ work: @escaping @Sendable () async -> Void) -> Task {
        if #available(macOS 26, iOS 26, *) { return .immediate(operation: work) }
        return Task(operation: work)
    }
}

extension EventLoopPromise {
    /// Keeps the promise with what `work` returns, which begins here and now: where it need not wait, the promise is kept
    /// when this returns.
    public func complete(beginning work: @escaping @Sendable () async -> Value) where Value: Sendable {
        Task<Void, Never>.beginning { await succeed(work()) }
    }
}
