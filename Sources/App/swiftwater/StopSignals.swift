import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Does `work` to its end, or until the program is told to stop, by Ctrl-C (SIGINT) or SIGTERM: then it is cancelled, and has
/// the time that it needs to take leave of its peer.
///
/// A second signal ends the program at once, for a peer need not answer.
///
/// - Throws: what `work` throws, unless it was told to stop.
func untilStopped(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let stops = [UnixSignal.sigint, .sigterm]
    let signals = await UnixSignalsSequence(trapping: stops)
    try await withThrowingTaskGroup { group in
        group.addTask {
            for await _ in signals { break }
            for stop in stops { signal(stop.rawValue, SIG_DFL) }
        }
        group.addTask { try await work() }
        try await group.next()
        group.cancelAll()
    }
}
