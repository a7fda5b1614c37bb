import MediaModel
import Testing

@testable import Authorization

@Suite("Keys in use")
struct KeysInUseTests {
    private let show: StreamPath

    init() throws { show = try StreamPath("live/show") }

    @Test("are known by stream and address")
    func known() throws {
        let keys = KeysInUse()
        keys.note("a", of: show, from: "192.0.2.1")
        keys.note("b", of: show, from: "192.0.2.2")
        #expect(keys.isUsed("a", of: show, from: "192.0.2.1"))
        #expect(!keys.isUsed("a", of: show, from: "192.0.2.2"))
        #expect(!keys.isUsed("c", of: show, from: "192.0.2.1"))
        #expect(!keys.isUsed("a", of: try StreamPath("live/other"), from: "192.0.2.1"))
    }

    @Test("are remembered within bounds, and what is not known for sure is taken for used")
    func bounds() throws {
        let keys = KeysInUse()
        for number in 0..<100 { keys.note("k\(number)", of: show, from: "192.0.2.1") }
        #expect(!keys.isUsed("k0", of: show, from: "192.0.2.1"))
        #expect(keys.isUsed("k99", of: show, from: "192.0.2.1"))
        for number in 0..<10_000 { keys.note("k", of: try StreamPath("live/s\(number)"), from: "192.0.2.1") }
        #expect(keys.isUsed("k99", of: show, from: "192.0.2.1"))
    }
}
