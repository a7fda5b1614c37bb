import ServerAssembly
import ServiceLifecycle

/// Lets clients move elsewhere before the server stops.
struct DrainService: Service {
    let server: Server

    func run() async throws {
        try? await gracefulShutdown()
        await server.drain()
    }
}
