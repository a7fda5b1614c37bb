import Testing

@testable import ConfigurationReading

private let yaml = """
    log: { level: warning }
    apps:
      live:
        hls: { window: 30s }
    """

private func report(
    _ changes: [String: String], file: String = yaml, environment: [String: String] = [:],
    flags: [ConfigurationFlag] = []
) throws(ConfigurationFaults) -> ConfigurationReport {
    try ConfigurationReport(sources(file, environment: environment, flags: flags), changes: list(changes))
}

private func list(_ changes: [String: String]) -> [ConfigurationChange] {
    changes.sorted { $0.key < $1.key }.map { ConfigurationChange(key: $0.key, value: $0.value) }
}

@Suite("Changes by the API")
struct ChangeTests {
    @Test("go before the file, and give way to the environment and to flags")
    func precedence() throws {
        let changed = try report(["log.level": "\"debug\"", "apps.live.hls.window": "2m"])
        #expect(changed.configuration.log.level == .debug)
        #expect(changed.configuration.application("live").hls.window == .seconds(120))
        let level = try #require(changed.settings.first { $0.key == "log.level" })
        #expect(level.origin == .api(key: "log.level"))
        #expect(level.origin.description == "API")

        let variable = try report(["log.level": "debug"], environment: ["SWIFTWATER_LOG_LEVEL": "error"])
        #expect(variable.configuration.log.level == .error)
        let faults = variable.overridden(list(["log.level": "debug"]))
        #expect(faults.map(\.problem) == [.overridden(by: "SWIFTWATER_LOG_LEVEL")])
        let flag = try report(
            ["log.level": "debug"], flags: [ConfigurationFlag("--log-level", key: "log.level", value: "trace")])
        #expect(flag.configuration.log.level == .trace)
    }

    @Test("name applications that nobody else names, with dots in their names too")
    func applications() throws {
        let changed = try report(["apps.a.b.hls.segment": "1s", "apps.*.dash.enabled": "off"])
        #expect(changed.configuration.application("a.b").hls.segment == .seconds(1))
        #expect(!changed.configuration.application("a.b").dash.isEnabled)
        #expect(ConfigurationReport.application(of: "apps.a.b.hls.segment") == "a.b")
        #expect(ConfigurationReport.application(of: "log.level") == nil)
    }

    @Test(
        "are refused with their key and what was meant",
        arguments: [
            ("log.levl", "debug", "API: log.levl: unknown key, did you mean log.level?"),
            (
                "apps.live.hls.windw", "2m",
                "API: apps.live.hls.windw: unknown key, did you mean apps.live.hls.window?"
            ),
            ("apps.live.push", "[]", "API: apps.live.push: not available in this version"),
            (
                "apps.live.record", "on",
                "API: apps.live.record: \"on\" is not one of off, fmp4, flv, did you mean fmp4?"
            ),
            (
                "recordings.folder", "/etc",
                "API: recordings.folder: cannot be changed by the API: change it in the file, in the environment or by a flag"
            ),
            (
                "log.level", "debgu",
                "API: log.level: \"debgu\" is not one of trace, debug, info, notice, warning, error, critical, did you mean debug?"
            ),
            (
                "data", "/tmp",
                "API: data: cannot be changed by the API: change it in the file, in the environment or by a flag"
            ),
            (
                "thumbnails.ffmpeg", "/bin/sh",
                "API: thumbnails.ffmpeg: cannot be changed by the API: change it in the file, in the environment or by a flag"
            ),
            ("apps.live.hls.window", "3s", "API: apps.live.hls.window: three segments need at least 6s"),
            ("log.level", "[", "API: log.level: not YAML: did not find expected node content"),
            ("log.level", "", "API: log.level: has no value"),
            ("apps.a b.dash.enabled", "on", nil),
        ])
    func faults(key: String, value: String, described: String?) throws {
        do throws(ConfigurationFaults) {
            _ = try report([key: value])
            Issue.record("was accepted")
        } catch {
            if let described { #expect(error.faults.map(\.description) == [described]) }
            #expect(error.faults.allSatisfy { $0.origin.changedKey == key })
        }
    }

    @Test("that cannot be read do not keep a server from starting")
    func leftOut() throws {
        let changes = list([
            "log.level": "debug", "rtmp.once-known": "1", "auth.ban-after": "many", "apps.live.hls.window": "3s",
        ])
        let (report, leftOut) = try ConfigurationReport.leavingOutFaultyChanges(sources(yaml), changes: changes)
        #expect(report.configuration.log.level == .debug)
        #expect(report.configuration.application("live").hls.window == .seconds(30))
        #expect(
            Set(leftOut.compactMap(\.origin.changedKey))
                == ["rtmp.once-known", "auth.ban-after", "apps.live.hls.window"])
        #expect(throws: ConfigurationFaults.self) {
            try ConfigurationReport.leavingOutFaultyChanges(sources("log: { levl: debug }"), changes: changes)
        }
    }

    @Test("that are wrong together with the file are left out together")
    func together() throws {
        // The fault is laid to the address of the file.
        let changes = list(["rtmp.listen": "\":8000\""])
        let (report, leftOut) = try ConfigurationReport.leavingOutFaultyChanges(
            sources("http: { listen: ':8000' }"), changes: changes)
        #expect(report.configuration.rtmp.listen.port == 1935)
        #expect(leftOut.compactMap(\.origin.changedKey) == ["rtmp.listen"])
    }
}

@Suite("Differences of configurations")
struct DifferenceTests {
    @Test("are told by key, with what was and is, and whom they concern")
    func told() throws {
        let before = try load(yaml).configuration
        let after = try load(
            "rtmp: { chunk-size: 4KiB }\nthreads: 2\napps: { live: { hls: { window: 1m, part: 0s } }, vod: { dash: { enabled: off } } }"
        ).configuration
        #expect(
            after.differences(from: before) == [
                .init(key: "log.level", old: "warning", new: "info", effect: .now),
                .init(key: "threads", old: "0", new: "2", effect: .restart),
                .init(key: "rtmp.chunk-size", old: "60000B", new: "4KiB", effect: .newConnections),
                .init(key: "apps.live.hls.part", old: "500ms", new: "0s", effect: .newStreams),
                .init(key: "apps.live.hls.window", old: "30s", new: "60s", effect: .now),
                .init(key: "apps.vod.dash.enabled", old: "on", new: "off", effect: .newStreams),
            ])
        #expect(after.differences(from: after).isEmpty)
    }

    @Test("of all applications are told once")
    func all() throws {
        let before = try load("apps: { a: { gather: 20ms }, b: { dash: { enabled: on } } }").configuration
        let after = try load(
            "apps: { '*': { gather: 10ms }, a: { gather: 20ms }, b: { dash: { enabled: on } } }"
        ).configuration
        #expect(after.differences(from: before).map(\.key) == ["apps.*.gather"])
    }

    @Test("of secrets are seen, and never shown")
    func secrets() throws {
        let before = try load("auth: { token-secret: 0123456789abcdef }").configuration
        let after = try load("auth: { token-secret: 0123456789abcdeg }").configuration
        #expect(
            after.differences(from: before) == [
                .init(key: "auth.token-secret", old: "…", new: "…", effect: .now)
            ])
    }
}

@Suite("Exported configurations")
struct ExportTests {
    @Test("make the same configuration again")
    func roundTrip() throws {
        let written = """
            log: { level: debug }
            one-port: on
            http: { listen: '[::1]:8000' }
            tls: { certificates: [{ certificate: '/a, b.pem', key: '/c: d.pem' }] }
            proxy-protocol: { trusted: ['::1', 10.0.0.0/8] }
            auth: { token-issuer: 'https://id.example/"x" #1' }
            apps:
              '*': { gather: 10ms }
              live:
                gather: 0s
                obs-multitrack: { enabled: on, ladder: [{ height: 360, bitrate: 500kbps }] }
                auth: { publish-allow: ['2001:db8::/32'] }
            """
        let configuration = try load(written).configuration
        let again = try load(configuration.exported).configuration
        #expect(again == configuration)
        #expect(try load(ServerConfiguration().exported).configuration == ServerConfiguration())
    }

    @Test("have no secrets")
    func secrets() throws {
        let exported = try load(
            "auth: { token-secret: hunter2hunter2hunter2, keys: [{ key: sesame, stream: live/show }] }"
        ).configuration.exported
        #expect(!exported.contains("hunter2") && !exported.contains("sesame"))
        #expect(exported.contains("# token-secret: …"))
        #expect(try load(exported).configuration == ServerConfiguration())
    }
}

@Suite("Descriptions of settings")
struct SettingDescriptionTests {
    @Test("say for every key what it takes")
    func every() throws {
        for setting in try load("apps: { live: {} }").settings {
            let description = try #require(SettingDescription(of: setting.key))
            #expect(description.defaultValue == setting.value)
            switch description.kind {
            case .flag: #expect(description.choices.prefix(2) == ["on", "off"])
            case .word: #expect(description.choices.count > 1)
            case .count, .time, .size, .bitRate: #expect(description.range.contains("…"))
            case .address, .text, .list, .secret: #expect(description.choices.isEmpty)
            }
        }
        #expect(SettingDescription(of: "auth.keys")?.kind == .secret)
        #expect(SettingDescription(of: "data")?.isChangeable == false)
        #expect(SettingDescription(of: "nothing") == nil)
    }
}
