import Testing

@testable import Webhooks

@Suite("Where notices are laid down")
struct HookIntakeTests {
    @Test("connections, which anybody can bring about, leave room for all else")
    func connections() {
        let intake = HookIntake()
        for _ in 0..<HookIntake.most { intake.put(Samples.notice(.connect, path: nil)) }
        for _ in 0..<HookIntake.most { intake.put(Samples.notice(.disconnect, path: nil)) }
        for _ in 0..<HookIntake.most { intake.put(Samples.notice(.publish)) }
        let (notices, lost) = intake.take()
        #expect(notices.count == HookIntake.most)
        #expect(notices.prefix { $0.path == nil }.count == HookIntake.mostForConnections)
        #expect(lost == 2 * HookIntake.most)
    }
}
