import Foundation

/// What a storm of connections found out; encoded as it stands for `--json`.
struct ConnectReport: Codable {
    var wanted: Int
    var accepted: Int
    var perSecond: Double
    /// From the beginning of the connection to the answer.
    var answer: LoadReport.Durations?
    var failures: [String: Int]
    /// `nil` where no process was named.
    var serverCPUMicrosecondsEach: Double?
    /// What each that is held takes of the server's memory.
    var serverBytesEach: Int?

    /// A table to read.
    var table: String {
        var table = ReportTable()
        table.add("answered", "\(accepted) of \(wanted)\(ReportTable.text(failures))")
        table.add("in a second", String(format: "%.0f", perSecond))
        if let answer { table.add("answered after", answer.text) }
        if let microseconds = serverCPUMicrosecondsEach {
            table.add("server CPU each", String(format: "%.0f µs", microseconds))
        }
        if let serverBytesEach {
            table.add("server memory each", String(format: "%.1f kB", Double(serverBytesEach) / 1e3))
        }
        return table.text
    }
}
