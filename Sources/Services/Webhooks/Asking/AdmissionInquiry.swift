import ConfigurationReading
import EndpointCore
import Logging
import Metrics
import NIOConcurrencyHelpers
import NIOCore
import TextCoding

/// Puts questions to admission hooks, counts what they answer, and says once when one does not answer as it should.
final class AdmissionInquiry: Sendable {
    /// What the server is called in questions.
    let server: String
    private let transport: any HookTransport
    private let onFailure: @Sendable (HookFailure) -> Void
    private let logger: Logger
    /// Hooks that did not answer as they should when they were last asked.
    private let failing = NIOLockedValueBox<Set<String>>([])

    init(
        by transport: any HookTransport, server: String, logger: Logger,
        onFailure: @escaping @Sendable (HookFailure) -> Void
    ) {
        self.transport = transport
        self.server = server
        self.onFailure = onFailure
        self.logger = logger
    }

    /// Asks once.
    ///
    /// - Parameter read: reads the answer.
    func ask(
        _ message: HookMessage, _ url: HookURL, _ admission: ServerConfiguration.Admission,
        read: (HookResponse, ServerConfiguration.HookFormat) -> HookAnswer
    ) async -> HookAnswer {
        let request = HookRequest(
            message, to: url, secret: admission.secret, seconds: UTCTime.now().millisecondsSince1970 / 1_000)
        do throws(HookFault) {
            let response = try await transport.send(
                request, limit: TimeAmount(admission.timeLimit), readsAnswer: true)
            return read(response, admission.format)
        } catch {
            return .notUnderstood(error)
        }
    }

    /// Takes note that a hook answered in a way that is understood.
    func noteAnswer(_ duty: HookFailure.Duty, _ url: HookURL, _ outcome: String) {
        count(duty, outcome)
        let isBack = failing.withLockedValue { $0.remove(Self.mark(duty, url)) != nil }
        if isBack { logger.notice("admission hook answers again", metadata: ["url": "\(url)"]) }
    }

    /// Takes note that a hook did not.
    func noteFailure(_ duty: HookFailure.Duty, _ url: HookURL, _ fault: HookFault) {
        count(duty, "failure")
        let isNew = failing.withLockedValue { $0.insert(Self.mark(duty, url)).inserted }
        guard isNew else { return }
        logger.error(
            "admission hook does not answer as it should",
            metadata: ["hook": "\(duty.hook)", "url": "\(url)", "reason": "\(fault.text)"])
        onFailure(HookFailure(duty: duty, hook: "\(url)", reason: fault.text))
    }

    private static func mark(_ duty: HookFailure.Duty, _ url: HookURL) -> String { "\(duty.hook) \(url.revealed)" }

    private func count(_ duty: HookFailure.Duty, _ outcome: String) {
        Counter(
            label: "swiftwater_admission_answers_total", dimensions: [("hook", duty.hook), ("outcome", outcome)]
        ).increment()
    }
}

extension HookFailure.Duty {
    /// In logs and metrics.
    fileprivate var hook: String {
        switch self {
        case .delivery: "delivery"
        case .publish: "publish"
        case .play: "play"
        case .update: "update"
        }
    }
}
