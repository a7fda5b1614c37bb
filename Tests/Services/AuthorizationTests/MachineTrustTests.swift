import Foundation
import Testing

@testable import Authorization

@Suite("The API: trust in this machine")
struct MachineTrustTests {
    @Test("it holds where there is no data folder, and asking makes none")
    func noFolder() async {
        let stage = Stage()
        #expect(await stage.authorizer.trustsThisMachine())
        #expect(!FileManager.default.fileExists(atPath: stage.folder))
    }

    @Test("it does not hold where the data folder cannot be opened: there may be tokens in it")
    func unusableFolder() async {
        let stage = Stage()
        #expect(FileManager.default.createFile(atPath: stage.folder, contents: nil))
        #expect(await !stage.authorizer.trustsThisMachine())
    }
}
