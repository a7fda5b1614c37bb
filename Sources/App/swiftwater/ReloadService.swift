import ServerAssembly
import ServiceLifecycle
import UnixSignals

/// Reads the configuration and the certificates again at each SIGHUP; who is connected stays.
struct ReloadService: Service {
    let server: Server

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await server.reload()
        }
    }
}
