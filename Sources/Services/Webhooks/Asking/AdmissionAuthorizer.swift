public import ConfigurationReading
public import EndpointCore
public import Logging
public import MediaModel
import Metrics
import NIOConcurrencyHelpers
public import NIOCore
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Asks an admission hook, where there is one, about those whom the server's own rules have let in.
public final class AdmissionAuthorizer: StreamAuthorizer {
    /// Names that clients asked for and did not get, kept until their sessions are over: 10,000.
    private static let mostRenames = 10_000
    /// Sessions whose parameters are kept for later questions: 50,000.
    private static let mostPlaces = 50_000
    /// How long a session may take to begin after it was let in, before its parameters are forgotten.
    private static let beginning = TimeAmount.seconds(60)

    /// Something that a session does.
    private struct Place: Hashable {
        var session: String
        var act: HookQuestion.Act
        var path: StreamPath
    }

    private struct State {
        var memory = AdmissionMemory()
        var asking: [AdmissionMemory.Key: EventLoopFuture<StreamDecision>] = [:]
        var failing: Set<String> = []
        var renames: [String: (asked: String, given: StreamPath)] = [:]
        var parameters: [Place: (query: [(name: String, value: String)], since: NIODeadline)] = [:]
    }

    private let policy: any StreamAuthorizer
    private let configuration: @Sendable () -> ServerConfiguration
    private let isOwnSecret: @Sendable (HookParameter) -> Bool
    private let transport: any HookTransport
    private let server: String
    private let eventLoops: EventLoopTurns
    private let onFailure: @Sendable (HookFailure) -> Void
    private let logger: Logger
    private let state = NIOLockedValueBox(State())

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
        eventLoops: any EventLoopGroup, logger: Logger, onFailure: @escaping @Sendable (HookFailure) -> Void
    ) {
        self.policy = policy
        self.configuration = configuration
        self.isOwnSecret = isOwnSecret
        transport = carrier
        self.server = server
        self.eventLoops = EventLoopTurns(eventLoops)
        self.onFailure = onFailure
        self.logger = logger
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
        // Whoever is let in to a playlist gets the files too.
        let address = AdmissionMemory.Key.address(asked: path, address: wish.peerAddress)
        let finding = state.withLockedValue { state -> Finding in
            if let known = state.memory.decision(
                keys, address: wish.occasion == .answer ? nil : address, now: .now(), lifetime: lifetime)
            {
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
                let places = wish.occasion == .answer ? keys : keys + [address]
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
        state.withLockedValue { state in state.renames[session].flatMap { $0.given == path ? $0.asked : nil } }
    }

    /// A session is over for good.
    public func forgetNames(of session: String) {
        state.withLockedValue { state in _ = state.renames.removeValue(forKey: session) }
    }

    /// A session publishes or plays a stream no more.
    public func forgetParameters(of entry: SessionDirectory.Entry) {
        guard let place = Self.place(of: entry) else { return }
        state.withLockedValue { state in _ = state.parameters.removeValue(forKey: place) }
    }

    /// Forgets what was kept for sessions that have not begun.
    func forgetParameters(except entries: [SessionDirectory.Entry]) {
        guard state.withLockedValue({ !$0.parameters.isEmpty }) else { return }
        let present = Set(entries.compactMap(Self.place))
        let before = NIODeadline.now() - Self.beginning
        state.withLockedValue { state in
            state.parameters = state.parameters.filter { present.contains($0.key) || $0.value.since > before }
        }
    }

    // MARK: Asking again

    /// Asks whether a session may go on.
    ///
    /// - Returns: why it may not; `nil` when it may.
    func refusal(
        of entry: SessionDirectory.Entry, _ reading: SessionReading, _ admission: ServerConfiguration.Admission
    ) async -> String? {
        guard let url = admission.update, let place = Self.place(of: entry), let client = entry.client else {
            return nil
        }
        var update = HookUpdate(act: place.act, path: entry.path, client: client)
        update.askedName = askedName(of: place.session, for: entry.path)
        update.query = state.withLockedValue { $0.parameters[place]?.query ?? [] }
        update.showsQuery = admission.sendsQuery
        update.carried = HookNotice.Carried(
            seconds: Double((NIODeadline.now() - entry.since).nanoseconds) / 1_000_000_000,
            bytesReceived: reading.bytesReceived, bytesSent: reading.bytesSent)
        update.timestampMilliseconds = reading.timestampMilliseconds ?? 0
        guard let message = admission.format.message(update, server: server) else { return nil }
        let request = HookRequest(
            message, to: url, secret: admission.secret, seconds: UTCTime.now().millisecondsSince1970 / 1_000)
        let answer: HookAnswer
        do throws(HookFault) {
            let response = try await transport.send(
                request, limit: TimeAmount(admission.timeLimit), readsAnswer: true)
            answer = HookAnswer(toUpdate: response, as: admission.format)
        } catch {
            answer = .notUnderstood(error)
        }
        switch answer {
        case .allow, .rename:
            noteAnswer(.update, url, "allow")
            return nil
        case .deny(let reason):
            noteAnswer(.update, url, "deny")
            return HookAnswer.reason(reason)
        case .notUnderstood(let fault):
            noteFailure(.update, url, fault)
            return admission.isUpdateStrict ? "the server's operator cannot be asked whether this may go on" : nil
        }
    }

    private static func place(of entry: SessionDirectory.Entry) -> Place? {
        guard let session = entry.client?.session, !session.isEmpty else { return nil }
        return Place(session: session, act: entry.role == .publisher ? .publish : .play, path: entry.path)
    }

    /// Keeps what later questions about the session are to carry.
    private func keepParameters(
        _ act: HookQuestion.Act, _ decision: StreamDecision, of wish: StreamWish,
        _ admission: ServerConfiguration.Admission
    ) {
        guard admission.update != nil, !wish.query.isEmpty, case .allow(let path) = decision,
            let session = wish.client?.session, !session.isEmpty
        else { return }
        switch wish.occasion {
        case .session, .playlist: break
        case .answer, .file, .page: return
        }
        let place = Place(session: session, act: act, path: path)
        guard state.withLockedValue({ $0.parameters[place] == nil && $0.parameters.count < Self.mostPlaces }) else {
            return
        }
        let shown = shownParameters(of: wish, path, act)
        state.withLockedValue { $0.parameters[place] = (shown, .now()) }
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
        guard let message = admission.format.message(question, server: server) else { return .deny(.undecided) }
        let request = HookRequest(
            message, to: url, secret: admission.secret, seconds: UTCTime.now().millisecondsSince1970 / 1_000)
        let answer: HookAnswer
        do throws(HookFault) {
            let response = try await transport.send(
                request, limit: TimeAmount(admission.timeLimit), readsAnswer: true)
            answer = HookAnswer(response, as: admission.format)
        } catch {
            answer = .notUnderstood(error)
        }
        return decide(answer, act, path, wish, admission, url)
    }

    private func question(
        _ act: HookQuestion.Act, _ path: StreamPath, _ wish: StreamWish, _ admission: ServerConfiguration.Admission
    ) -> HookQuestion {
        var client = wish.client ?? ClientFacts(session: "", transport: "", address: wish.peerAddress)
        let shown = shownParameters(of: wish, path, act)
        // Where a parameter is not for the hook, the address that may repeat it is not either.
        if shown.count != wish.query.count { client.tcURL = client.tcURL.withoutQuery }
        return HookQuestion(act: act, path: path, client: client, query: shown, showsQuery: admission.sendsQuery)
    }

    private func decide(
        _ answer: HookAnswer, _ act: HookQuestion.Act, _ path: StreamPath, _ wish: StreamWish,
        _ admission: ServerConfiguration.Admission, _ url: HookURL
    ) -> StreamDecision {
        switch answer {
        case .allow:
            noteAnswer(act.duty, url, "allow")
            return .allow(path)
        case .deny(let reason):
            noteAnswer(act.duty, url, "deny")
            return .deny(.declined(because: HookAnswer.reason(reason)))
        case .rename(let name):
            guard let renamed = try? StreamPath(application: path.application, name: name) else {
                noteFailure(act.duty, url, .illegalName)
                // The name that was asked for may be a secret of the back end: it goes on the air in no case.
                return .deny(.undecided)
            }
            noteAnswer(act.duty, url, "rename")
            if let session = wish.client?.session, renamed != path {
                state.withLockedValue { state in
                    if state.renames.count >= Self.mostRenames { state.renames = [:] }
                    state.renames[session] = (path.name, renamed)
                }
            }
            return .allow(renamed)
        case .notUnderstood(let fault):
            noteFailure(act.duty, url, fault)
            return admission.onFailure == .open ? .allow(path) : .deny(.undecided)
        }
    }

    private func noteAnswer(_ duty: HookFailure.Duty, _ url: HookURL, _ outcome: String) {
        count(duty, outcome)
        let mark = "\(duty.hook) \(url.revealed)"
        let isBack = state.withLockedValue { $0.failing.remove(mark) != nil }
        if isBack { logger.notice("admission hook answers again", metadata: ["url": "\(url)"]) }
    }

    private func noteFailure(_ duty: HookFailure.Duty, _ url: HookURL, _ fault: HookFault) {
        count(duty, "failure")
        let mark = "\(duty.hook) \(url.revealed)"
        let isNew = state.withLockedValue { $0.failing.insert(mark).inserted }
        guard isNew else { return }
        logger.error(
            "admission hook does not answer as it should",
            metadata: ["hook": "\(duty.hook)", "url": "\(url)", "reason": "\(fault.text)"])
        onFailure(HookFailure(duty: duty, hook: "\(url)", reason: fault.text))
    }

    private func count(_ duty: HookFailure.Duty, _ outcome: String) {
        Counter(
            label: "swiftwater_admission_answers_total", dimensions: [("hook", duty.hook), ("outcome", outcome)]
        ).increment()
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

/// A parameter of a client's URL, as far as it matters whether a hook may see it.
public struct HookParameter: Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String
    /// The application that the client wants something of.
    public let application: String
    let act: HookQuestion.Act

    /// Whether the client wants to play; otherwise to publish.
    public var isForPlaying: Bool { act == .play }
}
