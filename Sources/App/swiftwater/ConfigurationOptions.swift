import ArgumentParser
import ConfigurationReading
import Logging
import Observability
import ServerAssembly

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The options that decide on the configuration, in whichever command.
struct ConfigurationOptions: ParsableArguments {
    @Argument(help: "A YAML configuration file; the same as --config.")
    var file: String?

    // The short name is the one that users of nginx and SRS type.
    @Option(name: .shortAndLong, help: "A YAML configuration file.")
    var config: String?

    @Option(name: .long, help: "Where to listen for RTMP: host:port, :port or [v6]:port; port 0 takes a free one.")
    var rtmp: String?

    @Option(name: .long, help: "Where to listen for RTMP inside TLS; off for nowhere.")
    var rtmps: String?

    @Option(name: .long, help: "Where to listen for HTTP.")
    var http: String?

    @Option(name: .long, help: "Where to listen for HTTP inside TLS; off for nowhere.")
    var https: String?

    @Option(name: .long, help: "The folder for what the server keeps: live streams, keys, tokens, certificates.")
    var data: String?

    @Option(name: .long, help: "The least level of log lines: trace, debug, info, notice, warning, error, critical.")
    var logLevel: String?

    func validate() throws {
        if let file, Swiftwater.commands.contains(file) {
            throw ValidationError("The command goes before its options: swiftwater \(file) …")
        }
        if file != nil, config != nil { throw ValidationError("either --config or a file") }
    }

    /// The configuration that file, environment, options and what the API changed make, or a list of their faults and exit
    /// code 2.
    func load() throws -> LoadedConfiguration {
        let (path, flags) = (config ?? file, flags)
        do throws(ConfigurationFaults) {
            return try LoadedConfiguration { () throws(ConfigurationFaults) in
                try ConfigurationSources(
                    file: path, environment: ProcessInfo.processInfo.environment, flags: flags)
            }
        } catch {
            throw error.reported()
        }
    }

    private var flags: [ConfigurationFlag] {
        [
            ("--rtmp", "rtmp.listen", rtmp), ("--rtmps", "rtmps.listen", rtmps), ("--http", "http.listen", http),
            ("--https", "https.listen", https), ("--data", "data", data),
            ("--log-level", "log.level", logLevel),
        ]
        .compactMap { name, key, value in value.map { ConfigurationFlag(name, key: key, value: $0) } }
    }
}

extension LogBackend {
    /// The backend that an operator asked for.
    convenience init(_ log: ServerConfiguration.Log) {
        self.init(format: LogFormat(log.format), level: log.level.loggerLevel)
    }
}

extension LogFormat {
    init(_ format: ServerConfiguration.Log.Format) {
        self = format == .json ? .json : .text
    }
}

extension ServerConfiguration.Log.Level {
    var loggerLevel: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

extension Logger {
    /// For libraries whose ordinary lines tell nothing to an operator.
    var quiet: Logger {
        var logger = self
        logger.logLevel = max(logLevel, .warning)
        return logger
    }
}
