import EndpointCore
import Foundation
import MediaModel
import Testing

@testable import ConfigurationReading

private let noKey = "auth.keys[0].key: is not a key of 1 to 255 letters, digits, '.', '_', '-' and '~'"

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
            ("[{ key: 'hu sh', stream: a/b }]", "\(noKey): it contains a space"),
            ("[{ key: 'hu/sh', stream: a/b }]", "\(noKey): it contains '/'"),
            ("[{ key: \"hu\\tsh\", stream: a/b }]", "\(noKey): it contains a tab, a line break or the like"),
            ("[{ key: hushé, stream: a/b }]", "\(noKey): it contains letters or signs other than those of ASCII"),
            ("[{ key: '', stream: a/b }]", "\(noKey): it is empty"),
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
            ("[{ key: hush, key: hush2, stream: a/b }]", "auth.keys: a key in it is given already at line 1"),
            ("{ hush: live/show, hush: live/show }", "auth.keys: a key in it is given already at line 1"),
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
