import Foundation
import MediaModel
import Testing

@testable import ConfigurationReading

@Suite("Publish keys")
struct PublishKeyTests {
    @Test("a secret shows itself to nobody")
    func secret() {
        let key = Secret("hush")
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), String(describing: [key]), dumped] {
            #expect(!text.contains("hush"))
        }
        #expect("\(key)" == "…")
    }

    @Test("a secret is matched as a whole")
    func matches() {
        let key = Secret("hush")
        #expect(key.matches("hush"))
        for wrong in ["", "h", "hus", "hush!", "hushhush", "HUSH", "husj", "iush"] { #expect(!key.matches(wrong)) }
        #expect(key == Secret("hush"))
        #expect(key != Secret("hushhush"))
        #expect(Secret("").matches(""))
        #expect(!Secret("").matches("a"))
    }

    @Test(
        "faults name the entry and never what was written",
        arguments: [
            ("[{ key: hush }]", "auth.keys[0]: stream is missing"),
            ("[{ stream: live/show }]", "auth.keys[0]: key is missing"),
            ("[{ key: hush, stream: hush }]", "auth.keys[0].stream: is not a stream such as live/show"),
            (
                "[{ key: 'hu sh', stream: a/b }]",
                "auth.keys[0].key: is not a key of 1 to 255 letters, digits, '.', '_', '-' and '~'"
            ),
            (
                "[{ key: '', stream: a/b }]",
                "auth.keys[0].key: is not a key of 1 to 255 letters, digits, '.', '_', '-' and '~'"
            ),
            ("[{ key: , stream: a/b }]", "auth.keys[0].key: takes a single value, not nothing"),
            (
                "[{ hush: a/b, key: k, stream: a/b }]",
                "auth.keys[0]: takes key, key-file, stream and label and nothing else"
            ),
            (
                "[{ kye: hush, key: k, stream: a/b }]",
                "auth.keys[0]: takes key, key-file, stream and label and nothing else, did you mean key?"
            ),
            ("[{ key: [hush], stream: a/b }]", "auth.keys[0].key: takes a single value, not a list"),
            ("[{ key: hush, key: hush2, stream: a/b }]", "the key is given more than once"),
            (
                "[{ key: hush, key-file: f, stream: a/b }]",
                "auth.keys[0]: takes either key or key-file and nothing else"
            ),
            ("[{ key: k, stream: a/b }, { key: k, stream: a/c }]", "auth.keys[1]: the same secret as an entry before"),
            (
                "[{ key: k, stream: a/b, label: \"hush\\n\" }]",
                "auth.keys[0].label: is not a label of 1 to 64 visible characters"
            ),
            ("[hush]", "auth.keys[0]: takes { key, stream, label }, not a single value"),
            ("{ hush: live/show }", "auth.keys: takes a list of { key, stream, label }, not a section"),
            ("hush", "auth.keys: takes a list of { key, stream, label }, not a single value"),
            ("[{ key-file: /nowhere/f, stream: a/b }]", "auth.keys[0].key-file: cannot be read: no such file"),
        ])
    func faultLines(list: String, line: String) {
        let found = faults(in: "auth: { keys: \(list) }")
        #expect(found.contains("c.yaml:1: " + line))
        #expect(!found.contains { $0.contains("hush") })
        let byVariable = faults(in: "", environment: ["SWIFTWATER_AUTH_KEYS": list])
        #expect(!byVariable.contains { $0.contains("hush") })
        #expect(!byVariable.isEmpty)
    }

    @Test("each line of a list is told")
    func lines() {
        let yaml = "auth:\n  keys:\n    - key: k\n      stream: live\n    - stream: a/b\n"
        #expect(
            faults(in: yaml) == [
                "c.yaml:4: auth.keys[0].stream: is not a stream such as live/show",
                "c.yaml:5: auth.keys[1]: key is missing",
            ])
    }

    @Test("a key may stand in a file beside the configuration")
    func keyFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "hush\n".write(toFile: folder.appendingPathComponent("show.key").path, atomically: true, encoding: .utf8)
        let file = folder.appendingPathComponent("c.yaml").path
        try "auth: { keys: [{ key-file: show.key, stream: live/show }] }"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let auth = try ServerConfiguration.load(file: file).auth
        #expect(auth.key(matching: "hush")?.path == (try StreamPath("live/show")))
    }
}

@Suite("Admission of publishers")
struct AdmissionTests {
    private let path: StreamPath
    private var auth = ServerConfiguration.Auth()

    init() throws {
        path = try StreamPath("live/show")
        let other = try StreamPath("live/other")
        auth.keys = [PublishKey(secret: Secret("s3"), path: path), PublishKey(secret: Secret("s4"), path: other)]
    }

    private func admit(
        _ name: String, _ policy: ServerConfiguration.Auth.PublishPolicy, key: (String, String)? = nil,
        isLocal: Bool = false
    ) -> ServerConfiguration.Auth.Admission {
        var auth = auth
        auth.publish = policy
        return auth.admit(
            application: "live", name: name, query: key.map { [(name: $0.0, value: $0.1)] } ?? [], isLocal: isLocal)
    }

    @Test("open lets everybody in, local the same machine, key nobody without")
    func policies() {
        #expect(admit("show", .open) == .admitted(path))
        #expect(admit("show", .local, isLocal: true) == .admitted(path))
        #expect(admit("show", .local) == .keyRequired)
        #expect(admit("show", .key, isLocal: true) == .keyRequired)
    }

    @Test("a key as the name says which stream", arguments: ServerConfiguration.Auth.PublishPolicy.allCases)
    func keyAsName(policy: ServerConfiguration.Auth.PublishPolicy) {
        #expect(admit("s3", policy) == .admitted(path))
        #expect(auth.admit(application: "elsewhere", name: "s3", isLocal: false) == .admitted(path))
    }

    @Test("a key as a parameter opens its own stream only", arguments: ["key", "token"])
    func keyAsParameter(parameter: String) {
        #expect(admit("show", .key, key: (parameter, "s3")) == .admitted(path))
        #expect(admit("show", .local, key: (parameter, "s3")) == .admitted(path))
        #expect(admit("show", .key, key: (parameter, "s4")) == .keyRequired)
        #expect(admit("show", .key, key: (parameter, "")) == .keyRequired)
        #expect(admit("show", .key, key: (parameter, "wrong")) == .keyRequired)
        #expect(admit("show", .open, key: (parameter, "wrong")) == .admitted(path))
        #expect(admit("show", .key, key: ("pass", "s3")) == .keyRequired)
    }

    @Test("an illegal name is refused before anything else")
    func illegalName() {
        #expect(admit("../show", .open) == .illegalName(.forbiddenPart))
        #expect(admit("", .key) == .illegalName(.empty))
    }
}
