import ArgumentParser
import ConfigurationReading
import Observability
import ServerAssembly

/// `swiftwater config`: what the server would run on, without running it.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check or show the configuration.", subcommands: [Check.self, Show.self])

    /// `swiftwater config check FILE`: 0 and silence when right, otherwise a line for each fault and exit code 2.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check a file; silent when it is right.")

        @Argument(help: "A YAML configuration file.")
        var file: String?

        @Option(name: .shortAndLong, help: "The same, as the other commands take it.")
        var config: String?

        func validate() throws {
            if (file == nil) == (config == nil) { throw ValidationError("either a file or --config, and one of them") }
        }

        func run() async throws {
            do throws(ConfigurationFaults) {
                try ConfigurationReport(file: file ?? config).checkFiles(withKeySets: true)
            } catch {
                throw error.reported()
            }
        }
    }

    /// `swiftwater config show`: every key, and where its value came from.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show every key, its value, and where that came from.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let loaded = try options.load()
            print(loaded.report)
            if let reason = loaded.unreadable {
                StandardError.write("what the API changed cannot be read: \(reason)\n")
            }
            for fault in loaded.leftOut { StandardError.write("left out: \(fault)\n") }
        }
    }
}
