import ArgumentParser
import ServerAssembly

/// The program: argument parsing, and nothing that is not about arguments.
@main
struct Swiftwater: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftwater",
        abstract: "A live media server: RTMP in, and out wherever people watch.",
        discussion: "Without a command it serves, on defaults.",
        version: Server.version,
        subcommands: [ServeCommand.self, ConfigCommand.self, InspectCommand.self, PublishCommand.self],
        defaultSubcommand: ServeCommand.self)
}
