import Testing

@testable import ConfigurationReading

@Suite("Faults")
struct FaultTests {
    @Test(
        "say where, which key, what is wrong and what was meant",
        arguments: [
            // Keys
            ("rtmp:\n  lisen: ':1'\n", "c.yaml:2: rtmp.lisen: unknown key, did you mean rtmp.listen?"),
            ("rtpm: {}", "c.yaml:1: rtpm: unknown key, did you mean rtmp?"),
            ("app: {}", "c.yaml:1: app: unknown key, did you mean apps?"),
            (
                "apps: { live: { gopCache: on } }",
                "c.yaml:1: apps.live.gopCache: unknown key, did you mean apps.live.gop-cache?"
            ),
            (
                "apps:\n  live:\n    hls:\n      segments: 2s",
                "c.yaml:4: apps.live.hls.segments: unknown key, did you mean apps.live.hls.segment?"
            ),
            ("gop-cache: on", "c.yaml:1: gop-cache: unknown key, did you mean apps.NAME.gop-cache?"),
            ("level: info", "c.yaml:1: level: unknown key, did you mean log.level?"),
            ("rtmp.listen: ':1'", "c.yaml:1: rtmp.listen: unknown key, did you mean rtmp: { listen: … }?"),
            ("colour: blue", "c.yaml:1: colour: unknown key"),
            ("\"a\\nb\\e[31m\": 1", "c.yaml:1: a\u{FFFD}b\u{FFFD}[31m: unknown key"),
            ("rtmp: { listen: ':1' }\nhttp: {}\nrtmp: {}\n", "c.yaml:3: rtmp: given already at line 1"),
            ("log:\n  level: info\n  level: debug\n", "c.yaml:3: log.level: given already at line 2"),
            // Later versions
            ("rtsp: ./x", "c.yaml:1: rtsp: not available in this version"),
            ("rtsp: { listen: ':1' }", "c.yaml:1: rtsp: not available in this version"),
            (
                "rtmps: { listen: '1936' }",
                "c.yaml:1: rtmps.listen: \"1936\" is not auto, off, host:port, :port or [v6]:port, did you mean :1936?"
            ),
            ("rtmps: { listen: ':1935' }", "c.yaml:1: rtmps.listen: the address is taken by rtmp.listen"),
            ("tls: { certificates: [{ key: a }] }", "c.yaml:1: tls.certificates[0]: certificate is missing"),
            (
                "proxy-protocol: { trusted: [10.0.0.0/33] }",
                "c.yaml:1: proxy-protocol.trusted[0]: \"10.0.0.0/33\" is not an address or a network such as 10.0.0.0/8"
            ),
            (
                "apps:\n  live:\n    record: on\n",
                "c.yaml:3: apps.live.record: \"on\" is not one of off, fmp4, flv, did you mean fmp4?"
            ),
            ("apps: { live: { push: [] } }", "c.yaml:1: apps.live.push: not available in this version"),
            // Shapes
            ("- a", "c.yaml:1: takes a section, not a list"),
            ("rtmp: [1]", "c.yaml:1: rtmp: takes a section, not a list"),
            ("apps: live", "c.yaml:1: apps: takes a section, not a single value"),
            ("rtmp: { listen: [':1'] }", "c.yaml:1: rtmp.listen: takes host:port, :port or [v6]:port, not a list"),
            ("log:\n  level:\n", "c.yaml:2: log.level: has no value"),
            (
                "apps: { 'a b': {} }",
                "c.yaml:1: apps.a b: no application can have this name: use letters, digits, '.', '_', '-' and '~'"
            ),
            // Values
            (
                "log: { level: warn }",
                "c.yaml:1: log.level: \"warn\" is not one of trace, debug, info, notice, warning, error, critical, did you mean warning?"
            ),
            (
                "log: { level: inof }",
                "c.yaml:1: log.level: \"inof\" is not one of trace, debug, info, notice, warning, error, critical, did you mean info?"
            ),
            (
                "rtmp: { listen: 1935 }",
                "c.yaml:1: rtmp.listen: \"1935\" is not host:port, :port or [v6]:port, did you mean :1935?"
            ),
            (
                "rtmp: { idle-timeout: 15 }",
                "c.yaml:1: rtmp.idle-timeout: \"15\" is not a time such as 2s, 500ms or 1m, did you mean 15s?"
            ),
            (
                "rtmp: { idle-timeout: 15 sec }",
                "c.yaml:1: rtmp.idle-timeout: \"15 sec\" is not a time such as 2s, 500ms or 1m, did you mean 15s?"
            ),
            ("rtmp: { idle-timeout: 5h }", "c.yaml:1: rtmp.idle-timeout: 5h is not within 1s and 60m"),
            (
                "rtmp: { chunk-size: 64K }",
                "c.yaml:1: rtmp.chunk-size: \"64K\" is not a size such as 64KiB or 8MiB, did you mean 64KiB?"
            ),
            (
                "rtmp: { chunk-size: 64kib }",
                "c.yaml:1: rtmp.chunk-size: \"64kib\" is not a size such as 64KiB or 8MiB, did you mean 64KiB?"
            ),
            ("rtmp: { chunk-size: 1 }", "c.yaml:1: rtmp.chunk-size: 1 is not within 128B and 16777215B"),
            ("rtmp: { connections: many }", "c.yaml:1: rtmp.connections: \"many\" is not a whole number"),
            ("rtmp: { connections: -1 }", "c.yaml:1: rtmp.connections: -1 is not within 1 and 1000000"),
            (
                "rtmp: { connections: 99999999999999999999 }",
                "c.yaml:1: rtmp.connections: 99999999999999999999 is not within 1 and 1000000"
            ),
            (
                "apps: { live: { gop-cache: yes } }",
                "c.yaml:1: apps.live.gop-cache: \"yes\" is not on or off, did you mean on?"
            ),
            // Together
            ("http: { listen: ':1935' }", "c.yaml:1: http.listen: the address is taken by rtmp.listen"),
            ("rtmp: { listen: ':8080' }", "c.yaml:1: rtmp.listen: the address is taken by http.listen"),
            (
                "apps:\n  live:\n    hls:\n      segment: 5s\n      window: 10s\n",
                "c.yaml:5: apps.live.hls.window: three segments need at least 15s"
            ),
            (
                "apps:\n  '*':\n    hls:\n      segment: 30s\n",
                "c.yaml:4: apps.*.hls.segment: three segments need at least 90s"
            ),
            // Files
            ("a: [\n", "c.yaml:2: not YAML: did not find expected node content"),
        ])
    func lines(yaml: String, line: String) {
        #expect(faults(in: yaml) == [line])
    }

    @Test(
        "tell newcomers what they mean",
        arguments: [
            ("rtmp: { port: 1935 }", "rtmp.port: unknown key, did you mean rtmp.listen?"),
            ("http: { port: 8080 }", "http.port: unknown key, did you mean http.listen?"),
            ("port: 8080", "port: unknown key, did you mean rtmp.listen or http.listen?"),
            ("hls: { segment: 2s }", "hls: unknown key, did you mean apps.NAME.hls?"),
            ("record: fmp4", "record: unknown key, did you mean apps.NAME.record?"),
            ("apps: { live: { tls: {} } }", "apps.live.tls: unknown key, did you mean tls?"),
            (
                "apps: { live: { hls: { fragment: 2s } } }",
                "apps.live.hls.fragment: unknown key, did you mean apps.live.hls.segment?"
            ),
            ("tls: { key: a.pem }", "tls.key: unknown key, did you mean tls.certificates?"),
            ("tls: { certificate: a.pem }", "tls.certificate: unknown key, did you mean tls.certificates?"),
            ("https: { key: a.pem }", "https.key: unknown key, did you mean tls.certificates?"),
            ("rtmps: { key: a.pem }", "rtmps.key: unknown key, did you mean tls.certificates?"),
            ("log-level: debug", "log-level: unknown key, did you mean log.level?"),
            ("log_level: debug", "log_level: unknown key, did you mean log.level?"),
            (
                "apps: { live: { record: true } }",
                "apps.live.record: \"true\" is not one of off, fmp4, flv, did you mean fmp4?"
            ),
            ("auth: { play: key }", "auth.play: \"key\" is not one of open, token, did you mean token?"),
            (
                "apps: { live: { auth: { play: key } } }",
                "apps.live.auth.play: \"key\" is not one of open, token, did you mean token?"
            ),
            (
                "apps: { live: { hls: off } }",
                "apps.live.hls: takes a section, not a single value, did you mean hls: { enabled: off }?"
            ),
            ("http: 8080", "http: takes a section, not a single value, did you mean http: { listen: ':8080' }?"),
            ("rtmp: off", "rtmp: takes a section, not a single value"),
            ("rtmps: off", "rtmps: takes a section, not a single value, did you mean rtmps: { listen: off }?"),
            ("auth: open", "auth: takes a section, not a single value"),
        ])
    func newcomers(yaml: String, line: String) {
        #expect(faults(in: yaml) == ["c.yaml:1: " + line])
    }

    @Test("name keys that there are, to newcomers too")
    func newcomersKeys() {
        let prefix = "apps.NAME."
        for key in FamiliarWords.serverKeys.values.flatMap({ $0.split(separator: " or ").map { String($0) } }) {
            if key.hasPrefix(prefix) {
                #expect(ApplicationConfiguration.keys.key(String(key.dropFirst(prefix.count))) != nil, "\(key)")
            } else {
                #expect(ServerConfiguration.keys.key(key) != nil, "\(key)")
            }
        }
        for key in FamiliarWords.applicationKeys.values {
            #expect(ApplicationConfiguration.keys.key(key) != nil, "\(key)")
        }
        for word in Array(FamiliarWords.serverKeys.keys) + Array(FamiliarWords.applicationKeys.keys) {
            #expect(Spelling.plain(word) == word)
        }
    }

    @Test("name their file whole, however long its path, and break no line with it")
    func longPath() {
        let folder = String(repeating: "folder/", count: 40)
        let faults = #expect(throws: ConfigurationFaults.self) {
            try ConfigurationReport(
                ConfigurationSources(document: Array("x: 1".utf8), of: folder + "c\n.yaml", environment: [:], flags: [])
            )
        }
        #expect(faults?.description == "\(folder)c\u{FFFD}.yaml:1: x: unknown key")
    }

    @Test("are all found at once, in order")
    func all() {
        let yaml =
            "log: { level: x, colour: red }\nrtmp:\n  connections: 0\nfoo: 1\napps:\n  live: { gather: 5s, push: [] }\n"
        let found = faults(
            in: yaml, environment: ["SWIFTWATER_HTTP_LISTEN": "80"],
            flags: [ConfigurationFlag("--log-level", key: "log.level", value: "")])
        #expect(
            found == [
                "c.yaml:1: log.colour: unknown key",
                "c.yaml:1: log.level: \"x\" is not one of trace, debug, info, notice, warning, error, critical",
                "c.yaml:3: rtmp.connections: 0 is not within 1 and 1000000",
                "c.yaml:4: foo: unknown key",
                "c.yaml:6: apps.live.push: not available in this version",
                "c.yaml:6: apps.live.gather: 5s is not within 0s and 1s",
                "--log-level: log.level: \"\" is not one of trace, debug, info, notice, warning, error, critical",
                "SWIFTWATER_HTTP_LISTEN: http.listen: \"80\" is not host:port, :port or [v6]:port, did you mean :80?",
            ])
    }

    @Test(
        "of variables name the variable",
        arguments: [
            ("SWIFTWATER_RTMP_LISTN", ":1", "SWIFTWATER_RTMP_LISTN: unknown key, did you mean SWIFTWATER_RTMP_LISTEN?"),
            ("SWIFTWATER_CLUSTER", "x", "SWIFTWATER_CLUSTER: not available in this version"),
            ("SWIFTWATER_APPS_LIVE_PUSH", "flv", "SWIFTWATER_APPS_LIVE_PUSH: not available in this version"),
            ("SWIFTWATER_APPS_LIVE_COLOUR", "x", "SWIFTWATER_APPS_LIVE_COLOUR: unknown key"),
            (
                "SWIFTWATER_AUTH_KEYS", "[",
                "SWIFTWATER_AUTH_KEYS: auth.keys: not YAML: did not find expected node content"
            ),
            (
                "SWIFTWATER_AUTH_KEYS", "k",
                "SWIFTWATER_AUTH_KEYS: auth.keys: takes a list of { key, stream, label }, not a single value"
            ),
        ])
    func variables(name: String, value: String, line: String) {
        #expect(faults(in: "", environment: [name: value]) == [line])
    }

    @Test("of flags name the flag")
    func flags() {
        #expect(
            faults(in: "", flags: [ConfigurationFlag("--rtsp", key: "rtsp", value: "x")])
                == ["--rtsp: rtsp: not available in this version"])
    }
}

@Suite("Suggestions")
struct SpellingTests {
    @Test(
        "find what is near",
        arguments: [
            ("lisen", "listen"), ("lsiten", "listen"), ("Listen", "listen"), ("gopcache", "gop-cache"),
            ("gop_cache", "gop-cache"), ("GOP-CACHE", "gop-cache"), ("on-duplicat", "on-duplicate"),
        ])
    func near(word: String, meant: String) {
        #expect(Spelling.nearest(to: word, among: ["gop-cache", "on-duplicate", "listen"]) == meant)
    }

    @Test("leave alone what is far", arguments: ["", "x", "record", "-", String(repeating: "listen", count: 10_000)])
    func far(word: String) {
        #expect(Spelling.nearest(to: word, among: ["gop-cache", "on-duplicate", "listen"]) == nil)
    }
}
