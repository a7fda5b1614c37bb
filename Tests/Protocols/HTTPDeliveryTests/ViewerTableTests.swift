import HTTPTypes
import MediaModel
import NIOCore
import Testing

@testable import HTTPDelivery

@Suite("Viewers of playlists")
struct ViewerTableTests {
    private let path = Result { try StreamPath("live/show") }
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func key(_ id: String, _ form: PlaylistForm = .hls) throws -> ViewerTable.Key {
        ViewerTable.Key(
            path: try path.get(), form: form, viewer: ViewerIdentity([:], query: ["viewer": id], address: "::1"))
    }

    @Test("a viewer is there until it has asked for nothing for as long as its session lasts")
    func life() throws {
        var table = ViewerTable()
        let viewer = try key("a")
        #expect(table.note(viewer, address: "::1", lifetime: .seconds(6), now: start) == .opened)
        for second in 1...20 {
            let now = start + .seconds(Int64(second))
            #expect(table.note(viewer, address: "::1", lifetime: .seconds(6), now: now) == .known)
            #expect(table.takeDue(now: now).isEmpty)
        }
        let last = start + .seconds(20)
        #expect(table.takeDue(now: last + .seconds(5)).isEmpty)
        let over = table.takeDue(now: last + .seconds(8))
        #expect(over.map(\.key) == [viewer])
        #expect(over.first?.session.requests == 21)
        #expect(table.count == 0)
        #expect(table.note(viewer, address: "::1", lifetime: .seconds(6), now: last + .seconds(9)) == .opened)
    }

    @Test("who may be silent for long is there as long, though a request in between promised less")
    func beacons() throws {
        var table = ViewerTable()
        let viewer = try key("a")
        _ = table.note(viewer, address: "::1", lifetime: .seconds(26), now: start)
        #expect(table.note(viewer, address: "::1", lifetime: .seconds(6), now: start + .seconds(1)) == .known)
        #expect(table.takeDue(now: start + .seconds(20)).isEmpty)
        #expect(table.takeDue(now: start + .seconds(28)).map(\.key) == [viewer])
    }

    @Test("streams and forms are counted apart")
    func apart() throws {
        var table = ViewerTable()
        #expect(table.note(try key("a"), address: "::1", lifetime: .seconds(6), now: start) == .opened)
        #expect(table.note(try key("a", .dash), address: "::1", lifetime: .seconds(6), now: start) == .opened)
        #expect(table.note(try key("b"), address: "::1", lifetime: .seconds(6), now: start) == .opened)
        #expect(table.count == 3)
    }

    @Test("there is no end to ids, but to those who are counted")
    func bound() throws {
        var table = ViewerTable()
        for number in 0..<ViewerTable.most {
            _ = table.note(try key("\(number)"), address: "::1", lifetime: .seconds(6), now: start)
        }
        #expect(table.note(try key("one more"), address: "::1", lifetime: .seconds(6), now: start) == .uncounted)
        #expect(table.note(try key("0"), address: "::1", lifetime: .seconds(6), now: start) == .known)
        #expect(table.takeDue(now: start + .seconds(60)).count == ViewerTable.most)
    }

    private func identity(
        _ fields: [String: String] = [:], query: [String: String] = [:], address: String = "10.0.0.1"
    ) -> ViewerIdentity {
        var headers = HTTPFields()
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return ViewerIdentity(headers, query: query, address: address)
    }

    @Test("an id tells a viewer, wherever it stands; without one the address and the program do")
    func identities() {
        let named = identity(query: ["viewer": "abc"])
        #expect(named == identity(["X-Viewer-Id": "abc", "User-Agent": "x"], address: "10.0.0.2"))
        #expect(named != identity(query: ["viewer": "abd"]))
        #expect(identity(["User-Agent": "x"]) == identity(["User-Agent": "x"]))
        #expect(identity(["User-Agent": "x"]) != identity(["User-Agent": "y"]))
        #expect(identity() != identity(address: "10.0.0.2"))
        // An address that somebody wrote as an id is not the viewer from there.
        #expect(identity() != identity(query: ["viewer": "10.0.0.1"]))
        let behind = identity(["X-Forwarded-For": "192.0.2.1, 10.0.0.9"])
        #expect(behind == identity(["X-Forwarded-For": "192.0.2.1"], address: "10.0.0.7"))
        #expect(identity(query: ["viewer": String(repeating: "a", count: 100_000)]).text.count < 20)
    }

    @Test("an id is given to those who have none, unless others might get it too")
    func newIDs() {
        #expect(identity().wantsID)
        #expect(!identity(query: ["viewer": "abc"]).wantsID)
        #expect(!identity(["Via": "1.1 varnish"]).wantsID)
        #expect(!identity(["X-Forwarded-For": "192.0.2.1"]).wantsID)
        #expect(identity(["X-Forwarded-For": "192.0.2.1", "X-Viewer-Id": "new"]).wantsID)
        #expect(!identity(["X-Viewer-Id": "new"], query: ["viewer": "abc"]).wantsID)
    }
}
