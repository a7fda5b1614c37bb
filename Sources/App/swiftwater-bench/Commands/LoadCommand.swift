import ArgumentParser
import Foundation
import NIOCore
import NIOPosix
import RTMPSession

/// `swiftwater-bench load`: publishers and players against one server.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Publish, play, check every frame, and read what it cost the server.",
        discussion: "In addresses, {} stands for the number of the publisher, from 0.")

    @Option(help: "Where publishers go, such as rtmp://127.0.0.1/live/bench{}.")
    var publish: String?

    @Option(
        help:
            "Where players go: rtmp://…, rtmps://…, http://….flv or http://….m3u8. They are spread over the publishers."
    )
    var play: String?

    @Option(help: "Publishers.")
    var publishers = 1

    @Option(help: "Players that read at once and count.")
    var players = 0

    @Option(help: "Players that stop reading when the stream begins.")
    var stalled = 0

    @Option(help: "Players that read slowly.")
    var slow = 0

    @Option(help: "Bytes a second that a slow player reads.")
    var slowRate = 1

    @Option(help: "Players that join in a second.")
    var joinRate = 100.0

    @Option(help: "Megabits a second of one publisher, pictures and sound.")
    var megabits = 2.5

    @Option(help: "Pictures a second.")
    var frameRate = 30.0

    @Option(help: "Pictures from one key frame to the next.")
    var group = 60

    @Option(help: "Kilobits a second of sound; 0 for none.")
    var audioKilobits = 128.0

    @Option(help: "Further tracks of sound, 0 to 32, which players do not take.")
    var sideTracks = 0

    @Option(help: "Seconds of media that a publisher sends in a second: timestamps run so much faster than the clock.")
    var speed = 1.0

    @Option(help: "Event loops for players.")
    var threads = 1

    @Option(help: "Seconds between the last publisher's beginning and the first player's: time for a first segment.")
    var headStart = 0.3

    @Option(help: "Seconds between the last player's first frame and the measured window.")
    var warmup = 2.0

    @Option(help: "Seconds of the measured window.")
    var seconds = 10.0

    @Option(help: "The server's process, whose CPU time and memory are read, with all its children.")
    var pid: [Int32] = []

    @Option(help: "The file in which the server's allocations are counted (Scripts/allocation-counter.c).")
    var allocations: String?

    @Flag(help: "Print one line of JSON.")
    var json = false

    func validate() throws {
        guard (0...32).contains(sideTracks) else { throw ValidationError("--side-tracks is 0 to 32") }
        guard publishers >= 0, players >= 0, stalled >= 0, slow >= 0, threads > 0, joinRate > 0, seconds > 0,
            group > 0, frameRate > 0, slowRate > 0, speed > 0
        else { throw ValidationError("Counts, rates and times are positive.") }
        guard players + stalled + slow == 0 || play != nil else { throw ValidationError("Players need --play.") }
    }

    func run() async throws {
        let report = try await LoadRun(self).measure()
        print(json ? try report.json() : report.table)
        guard report.publishers.live == report.publishers.wanted, report.players.watching == report.players.wanted
        else { throw ExitCode(1) }
    }

    var rhythm: EncoderRhythm {
        var rhythm = EncoderRhythm()
        rhythm.bitsPerSecond = megabits * 1e6
        rhythm.framesPerSecond = frameRate
        rhythm.groupLength = group
        rhythm.audioBitsPerSecond = audioKilobits * 1e3
        rhythm.sideTracks = sideTracks
        rhythm.speed = speed
        return rhythm
    }
}

/// One run of a load: brings everybody up, waits, and measures.
struct LoadRun {
    private let options: LoadCommand
    private let crowd: PlayerCrowd
    private let unwell: PlayerCrowd
    private let studio: PublisherCrowd

    /// How long players may wait for their first frame once all have begun, and publishers for their answer.
    private static let patience = Duration.seconds(20)

    init(_ options: LoadCommand) async throws {
        self.options = options
        let playerLoops = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
        crowd = try await PlayerCrowd.make(on: playerLoops)
        unwell = try await PlayerCrowd.make(on: playerLoops)
        studio = try await PublisherCrowd.make(on: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    }

    func measure() async throws -> LoadReport {
        let before = ProcessUsage(of: options.pid)
        let published = options.publish == nil ? 0 : options.publishers
        if let publish = options.publish { try await beginPublishers(publish) }
        let withPublishers = ProcessUsage(of: options.pid)
        try await beginPlayers()
        try await Task.sleep(for: .seconds(options.warmup))

        try await crowd.openWindow()
        try await studio.openWindow()
        let allocatedBefore = try options.allocations.map { try AllocationCounts(file: $0) }
        let start = (ContinuousClock.now, ProcessUsage(of: options.pid), ProcessUsage(of: [getpid()]))
        try await Task.sleep(for: .seconds(options.seconds))
        let allocated = try options.allocations.map { try AllocationCounts(file: $0) }
        let tally = try await crowd.tally()
        let sent = try await studio.tally()
        let end = (ContinuousClock.now, ProcessUsage(of: options.pid), ProcessUsage(of: [getpid()]))

        let progress = try await crowd.progress()
        let publishing = try await studio.progress()
        try await crowd.finish()
        try await unwell.finish()
        try await studio.finish()

        let seconds = (end.0 - start.0) / .seconds(1)
        let cpu = end.1.cpuSeconds - start.1.cpuSeconds
        let user = end.1.userSeconds - start.1.userSeconds
        let moved = options.players > 0 ? tally.bytes : sent.bytes
        return LoadReport(
            seconds: seconds,
            publishers: .init(
                wanted: published, live: publishing.live, bytes: sent.bytes, frames: sent.frames,
                lateness: .init(sent.lateness), failures: publishing.failures),
            players: .init(
                wanted: options.players, watching: progress.watching, bytes: tally.bytes,
                megabitsPerSecondEach: Double(tally.bytes) * 8 / 1e6 / seconds / Double(max(1, options.players)),
                frames: tally.frames, lost: tally.lost, disordered: tally.disordered, damaged: tally.damaged,
                lostSinceStart: progress.lost, damagedSinceStart: progress.damaged, delay: .init(tally.delay),
                firstFrame: .init(progress.firstFrame), hls: .init(tally.requests, progress.following),
                failures: progress.failures),
            server: options.pid.isEmpty
                ? nil
                : .init(
                    cpuSeconds: cpu, cpuSecondsPerGigabyte: moved > 0 ? cpu / Double(moved) * 1e9 : nil,
                    userSecondsPerGigabyte: moved > 0 ? user / Double(moved) * 1e9 : nil, cores: cpu / seconds,
                    residentBytesBefore: before.residentBytes,
                    residentBytesWithPublishers: withPublishers.residentBytes,
                    residentBytes: end.1.residentBytes, greatestResidentBytes: end.1.greatestResidentBytes,
                    allocations: allocated.map { $0.allocations - (allocatedBefore?.allocations ?? 0) },
                    allocatedBytes: allocated.map { $0.bytes - (allocatedBefore?.bytes ?? 0) }),
            ownCores: (end.2.cpuSeconds - start.2.cpuSeconds) / seconds)
    }

    private func beginPublishers(_ address: String) async throws {
        for number in 0..<options.publishers {
            try await studio.begin(number, to: try RTMPURL(Self.address(address, number)), rhythm: options.rhythm)
        }
        try await wait { try await studio.progress().live == options.publishers }
        // A viewer that comes now finds a stream that has begun.
        try await Task.sleep(for: .seconds(options.headStart))
    }

    private func beginPlayers() async throws {
        guard let play = options.play else { return }
        let address = { number in try PlayAddress(Self.address(play, number % max(1, options.publishers))) }
        if options.stalled > 0 {
            try await unwell.join(options.stalled, perSecond: options.joinRate, habit: .stalled, to: address)
        }
        if options.slow > 0 {
            try await unwell.join(
                options.slow, perSecond: options.joinRate, habit: .slow(bytesPerSecond: options.slowRate),
                to: address)
        }
        try await crowd.join(options.players, perSecond: options.joinRate, to: address)
        try await wait {
            let progress = try await crowd.progress()
            return progress.watching + progress.failures.values.reduce(0, +) >= options.players
        }
    }

    private func wait(until isDone: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while try await !isDone(), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func address(_ template: String, _ number: Int) -> String {
        template.replacingOccurrences(of: "{}", with: "\(number)")
    }
}
