import Foundation
import Logging
import Testing
import TextCoding

@testable import Observability

/// Keeps the lines that are written.
private final class Lines: Sendable {
    private let lines = LockedLines()

    var all: [String] { lines.all }
    var last: String { lines.all.last ?? "" }

    func backend(_ format: LogFormat, level: Logger.Level = .info) -> LogBackend {
        LogBackend(
            format: format, level: level, now: { UTCTime(millisecondsSince1970: 1_769_862_896_789) },
            write: { self.lines.append($0) })
    }
}

private final class LockedLines: @unchecked Sendable {
    // `lock` guards `lines`.
    private let lock = NSLock()
    private var lines: [String] = []

    var all: [String] { lock.withLock { lines } }
    func append(_ line: String) { lock.withLock { lines.append(line) } }
}

@Suite("Log lines")
struct LogTests {
    private let lines = Lines()

    private func logger(_ format: LogFormat, level: Logger.Level = .info) -> Logger {
        Logger(label: "rtmp", factory: lines.backend(format, level: level).handler)
    }

    @Test("for people: time, level, message, facts in order")
    func text() {
        var logger = logger(.text)
        logger[metadataKey: "peer.address"] = "127.0.0.1"
        logger.info(
            "connection opened", metadata: ["connection.id": "7", "list": ["a", "b"], "tree": ["y": "1", "x": "2"]])
        #expect(
            lines.last == "2026-01-31T12:34:56.789Z info     connection opened connection.id=7 list=[a,b]"
                + " peer.address=127.0.0.1 tree={x:2,y:1}\n")
        logger.critical("x", metadata: ["peer.address": "::1"])
        #expect(lines.last == "2026-01-31T12:34:56.789Z critical x peer.address=::1\n")
    }

    @Test("take another form while loggers are in use")
    func otherForm() {
        let backend = lines.backend(.text)
        let logger = Logger(label: "rtmp", factory: backend.handler)
        backend.format = .json
        logger.info("x")
        #expect(lines.last.hasPrefix("{"))
        backend.format = .text
        logger.info("x")
        #expect(lines.last.hasPrefix("2026"))
    }

    @Test("for machines: one JSON object")
    func json() throws {
        var logger = logger(.json)
        logger[metadataKey: "n"] = .stringConvertible(7)
        logger.warning("slow", metadata: ["list": ["a", ["x": "1"]]])
        #expect(
            lines.last == """
                {"time":"2026-01-31T12:34:56.789Z","level":"warning","message":"slow","logger":"rtmp",\
                "facts":{"list":["a",{"x":"1"}],"n":"7"}}

                """)
    }

    @Test(
        "nothing that a peer says can begin a line, or pass for another fact",
        arguments: [
            ("a b", "\"a b\""), ("", "\"\""), ("a=b", "\"a=b\""), ("a\"b", "\"a\\\"b\""), ("a\\b", "\"a\\\\b\""),
            ("a\nb", "\"a\\nb\""), ("a\r\nb", "\"a\\r\\nb\""), ("\u{1B}[31m", "\"\\u{1b}[31m\""), ("\0", "\"\\u{0}\""),
            ("\u{2028}", "\"\\u{2028}\""), ("\u{202E}x", "\"\\u{202e}x\""), ("\u{85}", "\"\\u{85}\""), ("é漢", "é漢"),
        ])
    func injection(value: String, quoted: String) throws {
        logger(.text).info("m", metadata: ["v": .string(value)])
        #expect(lines.last == "2026-01-31T12:34:56.789Z info     m v=\(quoted)\n")
        logger(.text).info("\(value)", metadata: [value: "v"])
        #expect(lines.last.unicodeScalars.filter { $0.isUnsafeInLine } == ["\n"])

        logger(.json).info("\(value)", metadata: [value: .string(value)])
        #expect(lines.last.unicodeScalars.filter { $0.isUnsafeInLine } == ["\n"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(lines.last.utf8)) as? [String: Any])
        #expect(object["message"] as? String == value)
        #expect(object["facts"] as? [String: String] == [value: value])
    }

    @Test("characters beyond the first plane are escaped as pairs")
    func pairs() throws {
        logger(.json).info("\u{E0001}")
        #expect(lines.last.contains("\"message\":\"\\udb40\\udc01\""))
    }

    @Test("what goes on and on is cut", arguments: LogFormat.allCases)
    func long(format: LogFormat) {
        let text = String(repeating: "x", count: 100_000)
        logger(format).info("\(text)", metadata: ["v": .string(text)])
        #expect(lines.last.count < 2 * longestLogText + 200)
        var nested = Logger.Metadata.Value.string("x")
        for _ in 0..<1000 { nested = ["a": nested] }
        logger(format).info("m", metadata: ["v": nested])
        #expect(lines.last.contains("…"))
    }

    @Test("the level can be changed for all loggers at once, and for one alone", arguments: LogFormat.allCases)
    func level(format: LogFormat) {
        let backend = lines.backend(format)
        let logger = Logger(label: "a", factory: backend.handler)
        var own = Logger(label: "b", factory: backend.handler)
        logger.debug("1")
        #expect(lines.all.isEmpty)
        backend.level = .debug
        #expect(backend.level == .debug)
        logger.debug("2")
        #expect(lines.all.count == 1)
        own.logLevel = .error
        own.warning("3")
        #expect(lines.all.count == 1)
        backend.level = .critical
        own.error("4")
        logger.error("5")
        #expect(lines.all.count == 2)
    }

    @Test("a provider's facts and errors are in the line")
    func provider() {
        struct Broken: Error {}
        let backend = lines.backend(.text)
        var handler = backend.handler(label: "a")
        handler.metadataProvider = Logger.MetadataProvider { ["trace": "1", "who": "provider"] }
        handler.metadata = ["who": "logger"]
        handler.log(
            event: LogEvent(
                level: .error, message: "m", error: Broken(), metadata: nil, source: "s", file: "f", function: "f",
                line: 1))
        #expect(lines.last == "2026-01-31T12:34:56.789Z error    m error=Broken() trace=1 who=logger\n")
    }
}
