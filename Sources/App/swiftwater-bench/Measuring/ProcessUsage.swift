import Foundation

/// What the operating system counted of processes and of all that they started.
struct ProcessUsage: Sendable {
    /// Time in the programs' own code, in seconds.
    private(set) var userSeconds: Double = 0
    /// Time in the operating system on their behalf, in seconds.
    private(set) var systemSeconds: Double = 0
    /// Memory that is in RAM now, in bytes.
    private(set) var residentBytes = 0
    /// The most that it ever was, in bytes, summed over the processes.
    private(set) var greatestResidentBytes = 0

    /// What the scheduler gave to the threads that live, in seconds; it counts in nanoseconds, and the others in ticks.
    private var scheduledSeconds: Double = 0

    var cpuSeconds: Double { scheduledSeconds > 0 ? scheduledSeconds : userSeconds + systemSeconds }

    /// Reads `/proc` now; processes that have ended count for nothing.
    init(of processes: [Int32]) {
        var waiting = processes
        while let process = waiting.popLast() {
            waiting += Self.children(of: process)
            add(process)
        }
    }

    private mutating func add(_ process: Int32) {
        // The name in parentheses may hold spaces and parentheses of its own.
        if let stat = Self.text("/proc/\(process)/stat"), let end = stat.lastIndex(of: ")") {
            let fields = stat[stat.index(after: end)...].split(separator: " ")
            if fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) {
                let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
                userSeconds += user / ticks
                systemSeconds += system / ticks
            }
        }
        for thread in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? [] {
            let schedule = Self.text("/proc/\(process)/task/\(thread)/schedstat") ?? ""
            scheduledSeconds += (schedule.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1e9
        }
        for line in (Self.text("/proc/\(process)/status") ?? "").split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 3, let kibibytes = Int(words[1]) else { continue }
            if words[0] == "VmRSS:" { residentBytes += kibibytes << 10 }
            if words[0] == "VmHWM:" { greatestResidentBytes += kibibytes << 10 }
        }
    }

    private static func children(of process: Int32) -> [Int32] {
        let text = text("/proc/\(process)/task/\(process)/children") ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
