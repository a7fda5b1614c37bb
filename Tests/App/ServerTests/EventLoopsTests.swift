import ConfigurationReading
import NIOCore
import ServerAssembly
import Testing

@Suite("Event loops")
struct EventLoopsTests {
    @Test("there are as many event loops as the operator said, or as the machine has cores", arguments: [0, 1, 3])
    func count(threads: Int) async throws {
        var configuration = ServerConfiguration()
        configuration.threads = threads
        let count = try await configuration.withEventLoops { $0.makeIterator().reduce(0) { count, _ in count + 1 } }
        #expect(count == (threads == 0 ? System.coreCount : threads))
    }
}
