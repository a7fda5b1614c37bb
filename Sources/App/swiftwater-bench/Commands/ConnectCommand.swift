import ArgumentParser
import NIOCore
import NIOPosix
import RTMPSession

/// `swiftwater-bench connects`: a storm of connections, or many idle ones.
struct ConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connects",
        abstract: "Open RTMP connections at a rate, each until `connect` is answered, and read what that cost.")

    @Option(help: "The server's application, such as rtmp://127.0.0.1/live/none.")
    var url: String

    @Option(help: "Connections in a second.")
    var rate = 1000.0

    @Option(help: "Connections in all.")
    var count = 5000

    @Flag(help: "Keep them open until all were made, and tell what each takes of the server's memory.")
    var hold = false

    @Option(help: "The server's process, whose CPU time and memory are read, with all its children.")
    var pid: [Int32] = []

    @Flag(help: "Print one line of JSON.")
    var json = false

    func validate() throws {
        guard rate > 0, count > 0 else { throw ValidationError("Counts and rates are positive.") }
    }

    func run() async throws {
        let url = try RTMPURL(url)
        let eventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        let storm = try await eventLoop.submit { NIOLoopBound(ConnectionStorm(), eventLoop: eventLoop) }.get()
        let before = ProcessUsage(of: pid)
        let beginning = ContinuousClock.now
        for number in 0..<count {
            try await Task.sleep(until: beginning + .seconds(Double(number) / rate), clock: .continuous)
            begin(url, storm, on: eventLoop)
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while try await eventLoop.submit({ storm.value.ended }).get() < count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        let seconds = (ContinuousClock.now - beginning) / .seconds(1)
        let after = ProcessUsage(of: pid)
        let (accepted, answer, failures) = try await eventLoop.submit {
            storm.value.isOver = true
            return (storm.value.accepted, storm.value.answer, storm.value.failures)
        }.get()
        let report = ConnectReport(
            wanted: count, accepted: accepted, perSecond: Double(accepted) / seconds, answer: .init(answer),
            failures: failures,
            serverCPUMicrosecondsEach: pid.isEmpty
                ? nil : (after.cpuSeconds - before.cpuSeconds) / Double(count) * 1e6,
            serverBytesEach: hold && !pid.isEmpty ? (after.residentBytes - before.residentBytes) / count : nil)
        print(json ? try report.json() : report.table)
    }

    private func begin(_ url: RTMPURL, _ storm: NIOLoopBound<ConnectionStorm>, on eventLoop: any EventLoop) {
        let startedAt = NIODeadline.now()
        let hold = hold
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        StormConnection(url: url, storm: storm.value, hold: hold, startedAt: startedAt))
                }
            }
            .connect(host: url.host, port: url.port)
            .whenFailure { error in eventLoop.execute { storm.value.fail("\(error)") } }
    }
}
