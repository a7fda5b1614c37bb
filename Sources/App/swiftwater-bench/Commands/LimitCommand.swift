import ArgumentParser
import NIOCore

/// `swiftwater-bench limit`: what no server can be cheaper than.
struct LimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Serve one made-up stream to RTMP players with the fewest calls to the system that do it.",
        discussion: "Frames come from the program itself; no publisher is needed, and any stream name will do.")

    @Option(help: "The port of 127.0.0.1 to listen at.")
    var port: Int

    @Option(help: "Milliseconds between two sends to a player; 0 sends every frame at once.")
    var gather = 0

    @Option(help: "Megabits a second, pictures and sound.")
    var megabits = 2.5

    @Option(help: "Pictures a second.")
    var frameRate = 30.0

    @Option(help: "Pictures from one key frame to the next.")
    var group = 60

    @Option(help: "Kilobits a second of sound; 0 for none.")
    var audioKilobits = 128.0

    func run() async throws {
        var rhythm = EncoderRhythm()
        rhythm.bitsPerSecond = megabits * 1e6
        rhythm.framesPerSecond = frameRate
        rhythm.groupLength = group
        rhythm.audioBitsPerSecond = audioKilobits * 1e3
        try await LimitServer.run(port: port, gather: .milliseconds(Int64(gather)), rhythm: rhythm)
    }
}
