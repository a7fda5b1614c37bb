public import ConfigurationReading
public import EndpointCore
public import Logging
public import MediaModel
import NIOConcurrencyHelpers
public import NIOCore

/// Asks an admission hook, where there is one, about those whom the server's own rules have let in.
public final class AdmissionAuthorizer: StreamAuthorizer {
    private struct State {
        var memory: AdmissionMemory
        var asking: [AdmissionMemory.Key: EventLoopFuture<StreamDecision>] = [:]
        var sessions = AdmittedSessions()
    }

    private let policy: any StreamAuthorizer
    private let configuration: @Sendable () -> ServerConfiguration
    private let isOwnSecret: @Sendable (HookParameter) -> Bool
    private let inquiry: AdmissionInquiry
    private let eventLoops: EventLoopTurns
    private let state: NIOLockedValueBox<State>

    /// Makes an authorizer.
    ///
    /// - Parameters:
    ///   - policy: decides first.
    ///   - configuration: the one in force.
    ///   - isOwnSecret: whether a parameter is a key or a token of this server, which no hook is shown.
    ///   - server: what the server is called in questions.
    ///   - onFailure: is told when a hook does not answer as it should.
    public convenience init(
        after policy: any StreamAuthorizer, configuration: @escaping @Sendable () -> ServerConfiguration,
        isOwnSecret: @escaping @Sendable (HookParameter) -> Bool, transport: HTTPHookTransport, server: String,
        eventLoops: any EventLoopGroup, logger: Logger, onFailure: @escaping @Sendable (HookFailure) -> Void
    ) {
        self.init(
            after: policy, configuration: configuration, isOwnSecret: isOwnSecret, carrier: transport, server: server,
            eventLoops: eventLoops, logger: logger, onFailure: onFailure)
    }

    init(
        after policy: any StreamAuthorizer, configuration: @escaping @Sendable () -> ServerConfiguration,
        isOwnSecret: @escaping @Sendable (HookParameter) -> Bool, carrier: any HookTransport, server: String,
        eventLoops: any EventLoopGroup, logger: Logger,
        memoryOfRefusals: TimeAmount = AdmissionMemory.memoryOfRefusals,
        onFailure: @escaping @Sendable (HookFailure) -> Void
    ) {
        self.policy = policy
        self.configuration = configuration
        self.isOwnSecret = isOwnSecret
        inquiry = AdmissionInquiry(by: carrier, server: server, logger: logger, onFailure: onFailure)
        self.eventLoops = EventLoopTurns(eventLoops)
        state = NIOLockedValueBox(State(memory: AdmissionMemory(memoryOfRefusals: memoryOfRefusals)))
    }

    /// Yes, where a hook is asked, which may go by any parameter; otherwise the policy's word.
    public func looksAtCredentials(toPlayIn application: String) -> Bool {
        let admission = configuration().admission(of: application)
        return admission.play != nil || admission.update != nil
            || policy.looksAtCredentials(toPlayIn: application)
    }

    /// The policy's word.
    public func decidesOnConnecting(to application: String) -> Bool { policy.decidesOnConnecting(to: application) }

    /// The policy's decision.
    public func authorizeConnect(_ wish: ConnectWish) async -> ConnectDecision { await policy.authorizeConnect(wish) }

    /// The policy's decision, and then the hook's.
    public func authorizePublish(_ wish: StreamWish) async -> StreamDecision {
        let decision = await policy.authorizePublish(wish)
        guard case .allow(let path) = decision else { return decision }
        let admission = configuration().admission(of: path.application)
        if let refusal = refusalOfExcess(.publish, path, wish, admission) { return .deny(refusal) }
        var final = decision
        if let url = admission.publish { final = await ask(.publish, path, wish, admission, url) }
        keepParameters(.publish, final, of: wish, admission)
        return final
    }

    /// The policy's decision, and then the hook's, for as long as the viewer is there.
    public func authorizePlay(_ wish: StreamWish) async -> StreamDecision {
        let decision = await policy.authorizePlay(wish)
        guard case .allow(let path) = decision, wish.occasion != .page else { return decision }
        let admission = configuration().admission(of: path.application)
        if let refusal = refusalOfExcess(.play, path, wish, admission) { return .deny(refusal) }
        var final = decision
        if let url = admission.play { final = await admit(path, wish, admission, url) }
        keepParameters(.play, final, of: wish, admission)
        return final
    }

    /// The hook's word on a player, from memory where it is there.
    private func admit(
        _ path: StreamPath, _ wish: StreamWish, _ admission: ServerConfiguration.Admission, _ url: HookURL
    ) async -> StreamDecision {
        let keys = AdmissionMemory.keys(of: wish, path: path)
        let lifetime = TimeAmount(admission.remember)
        guard let key = keys.last else {
            let decision = await ask(.play, path, wish, admission, url)
            // Over HTTP, whoever is refused, or finds nobody on the air, is answered by another part of the server.
            if let again = AdmissionMemory.keyOfAnswer(to: wish, path: path) {
                state.withLockedValue { $0.memory.remember(decision, as: [again], now: .now(), lifetime: lifetime) }
            }
            return decision
        }
        let address = AdmissionMemory.keyOfFiles(for: wish, path: path)
        let finding = state.withLockedValue { state -> Finding in
            if let known = state.memory.decision(keys, address: address, now: .now(), lifetime: lifetime) {
                return .known(known)
            }
            if let asking = state.asking[key] { return .asked(asking) }
            guard state.asking.count < AdmissionMemory.most else { return .known(.deny(.unavailable)) }
            let promise = eventLoops.next().makePromise(of: StreamDecision.self)
            state.asking[key] = promise.futureResult
            return .unknown(promise)
        }
        switch finding {
        case .known(let decision): return decision
        // A promise that is only ever kept.
        case .asked(let other): return (try? await other.get()) ?? .deny(.undecided)
        case .unknown(let promise):
            let decision = await ask(.play, path, wish, admission, url)
            state.withLockedValue { state in
                state.asking[key] = nil
                // What nobody decided is asked again.
                guard decision != .deny(.undecided) else { return }
                let places = [key] + (address.map { [$0] } ?? [])
                state.memory.remember(decision, as: places, now: .now(), lifetime: lifetime)
            }
            promise.succeed(decision)
            return decision
        }
    }

    private enum Finding {
        case known(StreamDecision)
        case asked(EventLoopFuture<StreamDecision>)
        case unknown(EventLoopPromise<StreamDecision>)
    }

    /// The name that a session asked for, where a hook gave it this one.
    public func askedName(of session: String, for path: StreamPath) -> String? {
        state.withLockedValue { $0.sessions.askedName(of: session, for: path) }
    }

    /// A session is over for good.
    public func forgetNames(of session: String) {
        state.withLockedValue { $0.sessions.forgetNames(of: session) }
    }

    /// A session publishes or plays a stream no more.
    public func forgetParameters(of entry: SessionDirectory.Entry) {
        guard let place = AdmittedSessions.Place(entry) else { return }
        state.withLockedValue { $0.sessions.forgetParameters(of: place) }
    }

    /// Forgets what was kept for sessions that have not begun.
    func forgetParameters(except entries: [SessionDirectory.Entry]) {
        guard state.withLockedValue({ $0.sessions.keepsParameters }) else { return }
        let present = Set(entries.compactMap { AdmittedSessions.Place($0) })
        state.withLockedValue { $0.sessions.forgetParameters(except: present, now: .now()) }
    }

    // MARK: Asking again

    /// Asks whether a session may go on.
    ///
    /// - Returns: why it may not; `nil` when it may.
    func refusal(
        of entry: SessionDirectory.Entry, _ reading: SessionReading, _ admission: ServerConfiguration.Admission
    ) async -> String? {
        guard let url = admission.update, let place = AdmittedSessions.Place(entry), let client = entry.client else {
            return nil
        }
        var update = HookUpdate(act: place.act, path: entry.path, client: client)
        update.askedName = askedName(of: place.session, for: entry.path)
        update.query = state.withLockedValue { $0.sessions.query(of: place) }
        update.showsQuery = admission.sendsQuery
        update.carried = HookNotice.Carried(
            seconds: Double((NIODeadline.now() - entry.since).nanoseconds) / 1_000_000_000,
            bytesReceived: reading.bytesReceived, bytesSent: reading.bytesSent)
        update.timestampMilliseconds = reading.timestampMilliseconds ?? 0
        guard let message = admission.format.message(update, server: inquiry.server) else { return nil }
        switch await inquiry.ask(message, url, admission, read: HookAnswer.init(toUpdate:as:)) {
        case .allow, .rename:
            inquiry.noteAnswer(.update, url, "allow")
            return nil
        case .deny(let reason):
            inquiry.noteAnswer(.update, url, "deny")
            forgetAdmission(of: client, to: entry.path, askedName: update.askedName)
            return HookAnswer.reason(reason)
        case .notUnderstood(let fault):
            inquiry.noteFailure(.update, url, fault)
            guard admission.isUpdateStrict else { return nil }
            forgetAdmission(of: client, to: entry.path, askedName: update.askedName)
            return "the server's operator cannot be asked whether this may go on"
        }
    }

    /// A viewer that has to go is no longer let in, and its address gets files no longer by its admission.
    private func forgetAdmission(of client: ClientFacts, to path: StreamPath, askedName: String?) {
        guard !client.transport.hasPrefix("rtmp") else { return }
        let asked = askedName.flatMap { try? StreamPath(application: path.application, name: $0) } ?? path
        state.withLockedValue { $0.memory.forget(client.session, asked: asked, address: client.address) }
    }

    /// Keeps what later questions about the session are to carry.
    private func keepParameters(
        _ act: HookQuestion.Act, _ decision: StreamDecision, of wish: StreamWish,
        _ admission: ServerConfiguration.Admission
    ) {
        guard admission.update != nil, admission.tellsQuery, !wish.query.isEmpty, case .allow(let path) = decision,
            let place = AdmittedSessions.Place(session: wish.client?.session, act: act, path: path)
        else { return }
        switch wish.occasion {
        case .session, .playlist: break
        case .answer, .file, .page: return
        }
        guard state.withLockedValue({ $0.sessions.hasRoom(for: place) }) else { return }
        let shown = shownParameters(of: wish, path, act)
        state.withLockedValue { $0.sessions.keep(shown, of: place, now: .now()) }
    }

    /// Why nobody is asked about a wish that comes with more than hooks are told.
    private func refusalOfExcess(
        _ act: HookQuestion.Act, _ path: StreamPath, _ wish: StreamWish, _ admission: ServerConfiguration.Admission
    ) -> StreamRefusal? {
        let url = act == .publish ? admission.publish : admission.play
        // Most are short, and then nobody needs to know which of them are for hooks.
        guard url != nil || admission.update != nil, admission.tellsQuery,
            HookQuery.byteCount(wish.query) > HookQuery.mostBytes
        else { return nil }
        let byteCount = HookQuery.byteCount(shownParameters(of: wish, path, act))
        guard byteCount > HookQuery.mostBytes else { return nil }
        return .declined(
            because: "the address has parameters of \(byteCount) bytes: \(HookQuery.mostBytes) at most")
    }

    private func shownParameters(
        of wish: StreamWish, _ path: StreamPath, _ act: HookQuestion.Act
    ) -> [(name: String, value: String)] {
        wish.query.filter { name, value in
            !isOwnSecret(HookParameter(name: name, value: value, application: path.application, act: act))
        }
    }

    // MARK: Asking

    private func ask(
        _ act: HookQuestion.Act, _ path: StreamPath, _ wish: StreamWish, _ admission: ServerConfiguration.Admission,
        _ url: HookURL
    ) async -> StreamDecision {
        let question = question(act, path, wish, admission)
        guard let message = admission.format.message(question, server: inquiry.server) else { return .deny(.undecided) }
        let answer = await inquiry.ask(message, url, admission, read: HookAnswer.init(_:as:))
        return decide(answer, act, path, wish, admission, url)
    }

    private func question(
        _ act: HookQuestion.Act, _ path: StreamPath, _ wish: StreamWish, _ admission: ServerConfiguration.Admission
    ) -> HookQuestion {
        let client = wish.client ?? ClientFacts(session: "", transport: "", address: wish.peerAddress)
        return HookQuestion(
            act: act, path: path, client: client, query: shownParameters(of: wish, path, act),
            showsQuery: admission.sendsQuery)
    }

    private func decide(
        _ answer: HookAnswer, _ act: HookQuestion.Act, _ path: StreamPath, _ wish: StreamWish,
        _ admission: ServerConfiguration.Admission, _ url: HookURL
    ) -> StreamDecision {
        switch answer {
        case .allow:
            inquiry.noteAnswer(act.duty, url, "allow")
            return .allow(path)
        case .deny(let reason):
            inquiry.noteAnswer(act.duty, url, "deny")
            return .deny(.declined(because: HookAnswer.reason(reason)))
        case .rename(let name):
            guard let renamed = try? StreamPath(application: path.application, name: name) else {
                inquiry.noteFailure(act.duty, url, .illegalName)
                // The name that was asked for may be a secret of the back end: it goes on the air in no case.
                return .deny(.undecided)
            }
            inquiry.noteAnswer(act.duty, url, "rename")
            if let session = wish.client?.session, renamed != path {
                state.withLockedValue { $0.sessions.noteRename(of: session, asked: path.name, given: renamed) }
            }
            return .allow(renamed)
        case .notUnderstood(let fault):
            inquiry.noteFailure(act.duty, url, fault)
            return admission.onFailure == .open ? .allow(path) : .deny(.undecided)
        }
    }
}

extension HookQuestion.Act {
    fileprivate var duty: HookFailure.Duty {
        switch self {
        case .publish: .publish
        case .play: .play
        }
    }
}

extension ServerConfiguration.Admission {
    /// Whether questions carry the parameters of the client's URL.
    fileprivate var tellsQuery: Bool { format != .swiftwater || sendsQuery }
}
