import NIOConcurrencyHelpers
import NIOCore

@testable import Webhooks

/// A transport whose receivers a test speaks for.
final class StubTransport: HookTransport {
    typealias Answer = @Sendable (HookRequest) async -> Result<HookResponse, HookFault>

    private let answer: NIOLockedValueBox<Answer>
    private let taken = NIOLockedValueBox<[HookRequest]>([])

    init(_ answer: @escaping Answer = { _ in .success(HookResponse(status: 200, body: [])) }) {
        self.answer = NIOLockedValueBox(answer)
    }

    /// What was sent, in order.
    var requests: [HookRequest] { taken.withLockedValue { $0 } }

    func answers(_ answer: @escaping Answer) { self.answer.withLockedValue { $0 = answer } }

    func send(_ request: HookRequest, limit: TimeAmount, readsAnswer: Bool) async throws(HookFault) -> HookResponse {
        taken.withLockedValue { $0.append(request) }
        return try await answer.withLockedValue { $0 }(request).get()
    }
}

extension HookRequest {
    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

extension HookResponse {
    static func json(_ text: String, status: Int = 200) -> HookResponse {
        HookResponse(status: status, body: Array(text.utf8))
    }
}
