import Logging
import NIOConcurrencyHelpers
import Testing
import TextCoding

@testable import Observability

/// A log whose clock and alarm the test holds.
private final class Stage: Sendable {
    private struct State {
        var milliseconds: Int64 = 1_000_000
        var lines: [String] = []
        var alarms: [@Sendable () -> Void] = []
    }

    private let state = NIOLockedValueBox(State())

    var lines: [String] { state.withLockedValue { $0.lines } }
    var alarmCount: Int { state.withLockedValue { $0.alarms.count } }

    func backend(_ format: LogFormat = .text, level: Logger.Level = .info) -> LogBackend {
        LogBackend(
            format: format, level: level,
            now: { self.state.withLockedValue { UTCTime(millisecondsSince1970: $0.milliseconds) } },
            afterASecond: { alarm in self.state.withLockedValue { $0.alarms.append(alarm) } },
            write: { line in self.state.withLockedValue { $0.lines.append(line) } })
    }

    func pass(milliseconds: Int64) {
        state.withLockedValue { $0.milliseconds += milliseconds }
    }

    func ringAlarms() {
        let alarms = state.withLockedValue { state in
            defer { state.alarms = [] }
            return state.alarms
        }
        for alarm in alarms { alarm() }
    }
}

@Suite("A storm of log lines")
struct LogStormTests {
    private let stage = Stage()
    private let most = LogStorm.linesPerSecond

    @Test("is cut to a few lines in a second, and to the count of the others", arguments: LogFormat.allCases)
    func counted(format: LogFormat) throws {
        let logger = Logger(label: "rtmp", factory: stage.backend(format).handler)
        for number in 0..<5_000 { logger.info("session closed", metadata: ["connection.id": "\(number)"]) }
        #expect(stage.lines.count == most)
        stage.pass(milliseconds: 1_000)
        logger.info("session opened")
        #expect(stage.lines.count == most + 2)
        let count = try #require(stage.lines.dropLast().last)
        #expect(count.contains("lines left out") && count.contains("session closed"))
        #expect(count.contains("\(5_000 - most)"))
    }

    @Test("does not drown lines that say something else, or of which more is known")
    func otherKinds() {
        var logger = Logger(label: "rtmp", factory: stage.backend().handler)
        for _ in 0..<200 { logger.info("session closed", metadata: ["reason": "x"]) }
        logger.info("session opened", metadata: ["reason": "x"])
        logger[metadataKey: "stream.path"] = "live/show"
        logger.info("session closed", metadata: ["reason": "x"])
        logger.warning("session closed", metadata: ["reason": "x"])
        #expect(stage.lines.count == most + 3)
    }

    @Test("is told of although nobody says anything after it, once")
    func silenceAfterwards() {
        let logger = Logger(label: "rtmp", factory: stage.backend().handler)
        for _ in 0..<100 { logger.info("session closed") }
        #expect(stage.alarmCount == 1)
        stage.pass(milliseconds: 1_000)
        stage.ringAlarms()
        #expect(stage.lines.count == most + 1)
        #expect(stage.lines.last?.contains("lines left out count=\(100 - most)") == true)
        stage.ringAlarms()
        #expect(stage.lines.count == most + 1)
    }

    @Test("has one alarm for each second, however long it is")
    func alarms() {
        let logger = Logger(label: "rtmp", factory: stage.backend().handler)
        // Two storms, the count of each, and the line between.
        let each = 2 * most + 3
        for round in 0..<20 {
            for _ in 0..<200 { logger.info("session closed") }
            #expect(stage.alarmCount == 1)
            stage.pass(milliseconds: 1_000)
            // The next second begins before the alarm of the last one rings.
            for _ in 0..<200 { logger.info("session closed") }
            stage.ringAlarms()
            #expect(stage.lines.count == round * each + 2 * most + 1)
            stage.pass(milliseconds: 1_000)
            logger.info("another")
            #expect(stage.lines.count == (round + 1) * each)
        }
    }

    @Test("is written whole for who looks for bugs")
    func debugging() {
        let logger = Logger(label: "rtmp", factory: stage.backend(level: .debug).handler)
        for _ in 0..<1_000 { logger.info("session closed") }
        #expect(stage.lines.count == 1_000)
    }

    @Test("ends with a clock that is put back")
    func clockPutBack() {
        let logger = Logger(label: "rtmp", factory: stage.backend().handler)
        for _ in 0..<100 { logger.info("session closed") }
        stage.pass(milliseconds: -3_600_000)
        logger.info("session closed")
        #expect(stage.lines.count == most + 2)
    }

    @Test("of ever new sentences stays within a bound")
    func manyKinds() {
        let logger = Logger(label: "rtmp", factory: stage.backend().handler)
        for number in 0..<10_000 { logger.info("\(number)") }
        #expect(stage.lines.count == LogStorm.mostKinds + most)
    }

    @Test("is counted before the process ends")
    func finish() {
        let backend = stage.backend()
        let logger = Logger(label: "rtmp", factory: backend.handler)
        for _ in 0..<100 { logger.info("session closed") }
        backend.finish()
        #expect(stage.lines.last?.contains("lines left out count=\(100 - most)") == true)
    }
}
