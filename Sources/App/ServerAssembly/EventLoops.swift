public import ConfigurationReading
public import NIOCore
import NIOPosix

extension ServerConfiguration {
    /// Runs `body` with the event loops that the operator decided on, and ends them afterwards.
    public func withEventLoops<Result>(_ body: (any EventLoopGroup) async throws -> Result) async throws -> Result {
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: threads > 0 ? threads : System.coreCount)
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
}
