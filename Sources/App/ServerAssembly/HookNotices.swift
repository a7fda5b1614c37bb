import ControlAPI
import EndpointCore
import MediaModel
import NIOCore
import StreamHealth
import Webhooks

/// What happens on the server, in the words of webhooks.
struct HookNotices: Sendable {
    let courier: WebhookCourier
    let admission: AdmissionAuthorizer
    let publishers: LatestPublishers

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
            if entry.role == .publisher, let client = entry.client { publishers.note(client, of: entry.path) }
            courier.note(notice(entry.role == .publisher ? .publish : .play, entry))
        case .closed(let entry):
            admission.forgetParameters(of: entry)
            courier.note(notice(entry.role == .publisher ? .publishEnd(entry.carried) : .playEnd(entry.carried), entry))
        }
    }

    /// Tells what becomes of a stream, which is its publisher's doing.
    func note(_ kind: HookNotice.Kind, _ path: StreamPath) {
        courier.note(HookNotice(kind, path: path, client: publishers.client(of: path)))
    }

    private func notice(_ kind: HookNotice.Kind, _ entry: SessionDirectory.Entry) -> HookNotice {
        HookNotice(
            kind, path: entry.path, client: entry.client,
            askedName: entry.client.flatMap { admission.askedName(of: $0.session, for: entry.path) })
    }
}

extension SessionDirectory.Entry {
    /// What the session has carried so far, and for how long.
    fileprivate var carried: HookNotice.Carried {
        let reading = currentReading
        return HookNotice.Carried(
            seconds: Double((NIODeadline.now() - since).nanoseconds) / 1_000_000_000,
            bytesReceived: reading?.bytesReceived ?? 0, bytesSent: reading?.bytesSent ?? 0)
    }
}
