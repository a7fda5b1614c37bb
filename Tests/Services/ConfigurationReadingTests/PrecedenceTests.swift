import Foundation
import Testing

@testable import ConfigurationReading

@Suite("Layers")
struct PrecedenceTests {
    @Test("nothing said is the defaults")
    func defaults() throws {
        let report = try ConfigurationReport()
        #expect(report.configuration == ServerConfiguration())
        #expect(report.settings.allSatisfy { $0.origin == .builtIn })
        #expect(try load("").configuration == ServerConfiguration())
        #expect(try load("rtmp:\napps:\n").configuration == ServerConfiguration())
    }

    @Test("flags win over the environment, that over the file")
    func precedence() throws {
        let yaml = "log: { level: error, format: json }\nrtmp: { listen: ':1' }\n"
        let environment = ["SWIFTWATER_LOG_LEVEL": "warning", "SWIFTWATER_RTMP_LISTEN": ":2"]
        let report = try load(
            yaml, environment: environment, flags: [ConfigurationFlag("--rtmp", key: "rtmp.listen", value: ":3")])
        #expect(report.configuration.log.format == .json)
        #expect(report.configuration.log.level == .warning)
        #expect(report.configuration.rtmp.listen.port == 3)
        let origins = report.settings.filter { $0.origin != .builtIn }.map { "\($0.key) \($0.origin)" }
        #expect(origins == ["log.level SWIFTWATER_LOG_LEVEL", "log.format c.yaml:1", "rtmp.listen --rtmp"])
    }

    @Test("a fault is found even where another layer wins")
    func hiddenFault() {
        #expect(
            faults(in: "log: { level: loud }", environment: ["SWIFTWATER_LOG_LEVEL": "info"])
                == ["c.yaml:1: log.level: \"loud\" is not one of trace, debug, info, notice, warning, error, critical"])
    }

    @Test("an application that is not named has what stands for all, and named ones build on it")
    func applications() throws {
        let yaml = """
            apps:
              "*": { gop-cache: off, hls: { segment: 4s } }
              live: { hls: { segment: 1s } }
              studio:
            """
        let report = try load(yaml)
        let configuration = report.configuration
        #expect(configuration.application("other").gopCache == false)
        #expect(configuration.application("other").hls.segment == .seconds(4))
        #expect(configuration.application("live").gopCache == false)
        #expect(configuration.application("live").hls.segment == .seconds(1))
        #expect(configuration.application("studio") == configuration.application("other"))
        #expect(configuration.applications.keys.sorted() == ["live", "studio"])
        let origins = report.settings.filter { $0.key.hasSuffix("gop-cache") }.map { "\($0.key) \($0.origin)" }
        #expect(
            origins == ["apps.*.gop-cache c.yaml:2", "apps.live.gop-cache c.yaml:2", "apps.studio.gop-cache c.yaml:2"])
    }

    @Test("a variable finds the application whose name it spells")
    func applicationVariables() throws {
        let yaml = "apps: { My-App: { gather: 10ms } }"
        let environment = [
            "SWIFTWATER_APPS_MY_APP_GOP_CACHE": "off", "SWIFTWATER_APPS_TV_HLS_WINDOW": "20s",
            "SWIFTWATER_APPS___ON_DUPLICATE": "takeover",
        ]
        let configuration = try load(yaml, environment: environment).configuration
        #expect(configuration.applications.keys.sorted() == ["My-App", "tv"])
        #expect(configuration.application("My-App").gopCache == false)
        #expect(configuration.application("My-App").gather == .milliseconds(10))
        #expect(configuration.application("tv").hls.window == .seconds(20))
        #expect(configuration.application("any").onDuplicate == .takeover)
    }

    @Test("variables that are empty, of others or of Kubernetes say nothing")
    func foreignVariables() throws {
        let environment = [
            "PATH": "/bin", "SWIFTWATER_LOG_LEVEL": "", "SWIFTWATER_PORT": "tcp://10.0.0.1:1935",
            "SWIFTWATER_SERVICE_HOST": "10.0.0.1", "SWIFTWATER_SERVICE_PORT_RTMP": "1935",
            "SWIFTWATER_PORT_1935_TCP_ADDR": "10.0.0.1", "SWIFTWATER_RTMP_PORT_1935_TCP": "tcp://10.0.0.1:1935",
        ]
        #expect(try load("", environment: environment).configuration == ServerConfiguration())
    }

    @Test("the environment may name the file, and a flag wins")
    func fileVariable() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = folder.appendingPathComponent("first.yaml").path
        let second = folder.appendingPathComponent("second.yaml").path
        try "log: { level: debug }".write(toFile: first, atomically: true, encoding: .utf8)
        try "log: { level: error }".write(toFile: second, atomically: true, encoding: .utf8)
        let environment = ["SWIFTWATER_CONFIG": first]
        #expect(try ServerConfiguration.load(environment: environment).log.level == .debug)
        #expect(try ServerConfiguration.load(file: second, environment: environment).log.level == .error)
    }

    @Test("a file that is not there, or is a folder, is a fault")
    func unreadable() {
        func fault(_ name: String) -> String {
            do throws(ConfigurationFaults) {
                _ = try ServerConfiguration.load(file: name)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(fault("/nowhere/c.yaml") == "/nowhere/c.yaml: cannot be read: no such file")
        #expect(fault("/tmp").hasPrefix("/tmp: cannot be read: "))
        #expect(fault("/dev/zero") == "/dev/zero: longer than 256KiB")
    }

    @Test("config show has a line for every key")
    func show() throws {
        let report = try load("rtmp: { listen: ':1' }\nauth: { keys: [{ key: hush, stream: live/show }] }\n")
        let lines = report.description.split(separator: "\n")
        #expect(lines.count == report.settings.count)
        #expect(lines[0] == "log.level                                info                      default")
        #expect(lines[5] == "rtmp.listen                              :1                        c.yaml:1")
        #expect(lines.contains { $0.hasSuffix("[{ key: …, stream: live/show }]  c.yaml:2") })
        #expect(!report.description.contains("hush"))
    }
}
