public import ConfigurationReading
public import NIOCore
import NIOPosix

extension ServerConfiguration {
    /// Runs `body` with the event loops that the operator decided on, and ends them afterwards.
    public func withEventLoops<Result>(_ body: (any EventLoopGroup) async throws -> Result) async throws -> Result {
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: eventLoopCount(cores: System.coreCount))
        let result: Result
        do {
            result = try await body(eventLoops)
        } catch {
            try? await eventLoops.shutdownGracefully()
            throw error
        }
        try await eventLoops.shutdownGracefully()
        return result
    }

    /// One event loop for each core but one.
    ///
    /// The kernel's part of sending is several times ours, and what it does in interrupts, like all that is not
    /// delivery, needs room too. On two cores one loop delivers the same bytes for less: no frame wakes a second
    /// thread, and none waits for one (`Documentation/performance.md`).
    func eventLoopCount(cores: Int) -> Int {
        threads > 0 ? threads : max(1, cores - 1)
    }
}
