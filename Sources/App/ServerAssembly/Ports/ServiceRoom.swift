import NIOConcurrencyHelpers
import NIOCore
import ServiceLifecycle

/// Runs services that begin while others run, and end one by one.
final class ServiceRoom: Sendable {
    private let jobs: AsyncStream<@Sendable () async throws -> Void>
    private let arrivals: AsyncStream<@Sendable () async throws -> Void>.Continuation
    /// Those whose end is no failure.
    private let retired = NIOLockedValueBox<Set<ObjectIdentifier>>([])

    init() {
        (jobs, arrivals) = AsyncStream.makeStream()
    }

    /// Runs what is begun until `close`, and until all of it has ended.
    ///
    /// - Throws: what a service threw that was not retired.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for await job in jobs {
                group.addTask { [self] in
                    do {
                        try await job()
                    } catch {
                        close()
                        throw error
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Begins nothing more.
    func close() {
        arrivals.finish()
    }

    /// Begins a service, and waits until it listens.
    ///
    /// - Parameter make: makes the service, which tells its listening channel.
    /// - Throws: what the service threw before it listened.
    func begin(
        _ make: @escaping @Sendable (_ onListening: @escaping @Sendable (any Channel) async -> Void) -> any Service
    ) async throws -> any Channel {
        try await withCheckedThrowingContinuation { continuation in
            let waiting = NIOLockedValueBox<CheckedContinuation<any Channel, any Error>?>(continuation)
            let channel = NIOLockedValueBox<(any Channel)?>(nil)
            @Sendable func answer(_ result: Result<any Channel, any Error>) -> Bool {
                let continuation = waiting.withLockedValue { waiting in
                    defer { waiting = nil }
                    return waiting
                }
                continuation?.resume(with: result)
                return continuation != nil
            }
            let job: @Sendable () async throws -> Void = { [retired] in
                let service = make { listening in
                    channel.withLockedValue { $0 = listening }
                    _ = answer(.success(listening))
                }
                do {
                    try await service.run()
                    // One that is told to stop before it listens says nothing.
                    _ = answer(.failure(CancellationError()))
                } catch {
                    let known = channel.withLockedValue { $0.map { ObjectIdentifier($0) } }
                    let isRetired = known.map { id in retired.withLockedValue { $0.remove(id) != nil } } ?? false
                    if !answer(.failure(error)), !isRetired { throw error }
                }
            }
            if case .terminated = arrivals.yield(job) { _ = answer(.failure(CancellationError())) }
        }
    }

    /// Lets a service listen no more; it ends with its last connection.
    func retire(_ channel: any Channel) async {
        retired.withLockedValue { _ = $0.insert(ObjectIdentifier(channel)) }
        try? await channel.close()
    }
}
