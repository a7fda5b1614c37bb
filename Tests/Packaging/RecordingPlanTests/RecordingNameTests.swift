import MediaModel
import Testing

@testable import RecordingPlan

@Suite("Names of recordings")
struct RecordingNameTests {
    private let date: Int64 = 1_796_025_600_250

    private func name(_ path: String, _ format: RecordingFormat = .fragmentedMP4) throws -> RecordingName {
        RecordingName(path: try StreamPath(path), startedAt: date, format: format)
    }

    @Test("are the stream's name as folders, and the date")
    func usual() throws {
        #expect(try name("live/show").relativePath() == "live/show/2026-11-30T08-00-00Z.mp4")
        #expect(try name("live/a/b.c~d", .flv).relativePath() == "live/a/b.c~d/2026-11-30T08-00-00Z.flv")
    }

    @Test("another attempt has another name")
    func attempts() throws {
        let name = try name("live/show")
        #expect(name.relativePath(attempt: 1) == "live/show/2026-11-30T08-00-00Z-2.mp4")
        let all = (0..<RecordingName.mostAttempts).map { name.file(attempt: $0) }
        #expect(Set(all).count == all.count)
    }

    @Test(
        "stay below the folder, visible, and no folder looks like a recording",
        arguments: [
            ("live/.hidden", ["live", "%2Ehidden"]), ("live/...", ["live", "%2E.."]),
            ("live/a/2026-11-30T08-00-00Z.mp4", ["live", "a", "2026-11-30T08-00-00Z%2Emp4"]),
            ("live/x.FLV", ["live", "x%2EFLV"]), ("live/.mp4", ["live", "%2Emp4"]), ("a.mp4/b", ["a%2Emp4", "b"]),
            ("live/mp4", ["live", "mp4"]),
        ])
    func odd(_ path: String, _ folders: [String]) throws {
        #expect(try name(path).folders == folders)
    }

    @Test("no part is longer than file systems bear, and long ones stay different")
    func lengths() throws {
        let long = String(repeating: "a", count: 250)
        let paths = ["x/\(long).mp4", "x/\(long)b.mp4", "x/.\(long)abc.", "x/.\(long)abcd", "\(long)/\(long)"]
        let names = try paths.map { try name($0) }
        for name in names {
            for part in name.folders + [name.file(attempt: 99)] {
                #expect((1...RecordingName.longestPart).contains(part.utf8.count))
                #expect(!part.hasPrefix(".") && !part.contains("/"))
            }
        }
        #expect(Set(names.map(\.folders)).count == names.count)
    }

    @Test(
        "dates are those of the calendar",
        arguments: [
            (0, "1970-01-01T00-00-00Z"), (951_782_399_999, "2000-02-28T23-59-59Z"),
            (951_782_400_000, "2000-02-29T00-00-00Z"), (4_107_542_400_000, "2100-03-01T00-00-00Z"),
            (-1, "1969-12-31T23-59-59Z"),
        ])
    func dates(_ milliseconds: Int64, _ text: String) throws {
        let name = RecordingName(
            path: try StreamPath("live/show"), startedAt: milliseconds, format: .fragmentedMP4)
        #expect(name.file(attempt: 0) == text + ".mp4")
    }
}
