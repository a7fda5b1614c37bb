public import NIOCore

/// Runs tasks on an event loop: those of a connection where its bytes come and go, so that a request wakes no other thread.
///
/// What computes for long, or blocks, is to leave it for an executor of its own: everybody else on the loop waits meanwhile.
public final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    /// Makes an executor that runs on a loop, which must not be shut down before the tasks have ended.
    public init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Runs a job in its turn.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Does what would keep others on an event loop waiting: computes for long, or starts programs.
public func besideEventLoops<Outcome: Sendable>(_ work: @Sendable () async -> Outcome) async -> Outcome {
    await withTaskExecutorPreference(globalConcurrentExecutor) { await work() }
}
