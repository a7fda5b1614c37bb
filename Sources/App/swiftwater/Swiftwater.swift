import ArgumentParser
import ServerAssembly

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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

    /// Refuses a first word that is no command: the command without a name would take it for a file of its own.
    func validate() throws {
        guard let word = ProcessInfo.processInfo.arguments.dropFirst().first, !word.hasPrefix("-") else { return }
        guard word != "help", !Self.commands.contains(word) else { return }
        if FileManager.default.fileExists(atPath: word) {
            throw ValidationError(
                "There is no command '\(word)'. To serve as that file says: swiftwater serve --config \(word)")
        }
        throw ValidationError(
            "There is no command '\(word)'. There are \(Self.commands.dropLast().joined(separator: ", ")) "
                + "and \(Self.commands.last ?? "help").")
    }

    /// The words that are commands.
    static var commands: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } }
}
