import ControlAPI
import EndpointCore
import NIOCore
import StreamHealth
import Webhooks

/// What happens on the server, in the words of webhooks.
struct HookNotices: Sendable {
    let courier: WebhookCourier
    let admission: AdmissionAuthorizer

    /// Listens to the directory of sessions and the watch over the streams' health.
    func listen(to control: ControlRoom) {
        control.sessions.addListener { note($0) }
        control.watch.setFindingListener { transition, path in
            let finding = transition.finding
            courier.note(
                HookNotice(transition.isRaised ? .findingRaised(finding) : .findingCleared(finding), path: path))
        }
    }

    private func note(_ event: SessionDirectory.Event) {
        switch event {
        case .connected(let client, let application):
            courier.note(HookNotice(.connect, application: application, client: client))
        case .disconnected(let client, let application):
            courier.note(HookNotice(.disconnect, application: application, client: client))
            admission.forgetNames(of: client.session)
        case .opened(let entry):
            courier.note(notice(entry.role == .publisher ? .publish : .play, entry))
        case .closed(let entry):
            admission.forgetParameters(of: entry)
            let reading = entry.currentReading
            let carried = HookNotice.Carried(
                seconds: Double((NIODeadline.now() - entry.since).nanoseconds) / 1_000_000_000,
                bytesReceived: reading?.bytesReceived ?? 0, bytesSent: reading?.bytesSent ?? 0)
            courier.note(notice(entry.role == .publisher ? .publishEnd(carried) : .playEnd(carried), entry))
        }
    }

    private func notice(_ kind: HookNotice.Kind, _ entry: SessionDirectory.Entry) -> HookNotice {
        HookNotice(
            kind, path: entry.path, client: entry.client,
            askedName: entry.client.flatMap { admission.askedName(of: $0.session, for: entry.path) })
    }
}
