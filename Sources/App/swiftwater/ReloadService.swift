import ConfigurationReading
import Logging
import Observability
import ServerAssembly
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again at each SIGHUP.
///
/// Who is connected stays; what is decided from then on is decided anew.
struct ReloadService: Service {
    let options: ConfigurationOptions
    let server: Server
    let log: LogBackend
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            reload()
            await server.reloadCertificates()
        }
    }

    private func reload() {
        let new: ServerConfiguration
        do {
            new = try options.load()
        } catch {
            logger.error("configuration not reloaded: it has faults")
            return
        }
        let old = server.configuration.value
        server.configuration.value = new
        log.level = new.log.level.loggerLevel
        if old.rtmp != new.rtmp || old.http != new.http || old.rtmps != new.rtmps || old.https != new.https
            || old.rtmpt != new.rtmpt || old.rtmpts != new.rtmpts || old.onePort != new.onePort
            || old.proxyProtocol != new.proxyProtocol || old.log.format != new.log.format
        {
            logger.warning("configuration reloaded; changes of listeners and log format hold after a restart")
        } else {
            logger.notice("configuration reloaded")
        }
    }
}
