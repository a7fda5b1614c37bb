import ArgumentParser

/// The load generator: it plays publishers and players against any RTMP server, and reads what the server cost.
@main
struct SwiftwaterBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftwater-bench",
        abstract: "Publishers and players that count, check and time every frame.",
        discussion: "`make bench-compare` runs it against several servers in turn.",
        subcommands: [LoadCommand.self, ConnectCommand.self, LimitCommand.self])
}
