public import Catalogue
public import ConfigurationReading
import EndpointCore
public import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Brings notices to webhooks: each at least once, those of a stream in their order, from a queue that outlives the server.
///
/// A notice is safe as soon as it lies in the catalogue, some milliseconds after it was put down; it leaves it when its
/// receiver has answered with success. Receivers have queues of their own, and none waits for another.
public actor WebhookCourier {
    /// How often age and metrics of what waits are looked at.
    private static let lookInterval = TimeAmount.seconds(5)
    /// Bytes of contents that are kept in memory: 1 MiB, two thousand of them.
    private static let mostFreshBytes = 1 << 20
    /// The least time between two notices that messages for one webhook were given up.
    private static let dropReportInterval = TimeAmount.seconds(60)

    private let configuration: @Sendable () -> ServerConfiguration
    private let openStorage: @Sendable () async -> (any DeliveryStorage)?
    private let transport: any HookTransport
    private let server: String
    private nonisolated let onFailure: @Sendable (HookFailure) -> Void
    private let logger: Logger
    private nonisolated let intake = HookIntake()

    private var storage: (any DeliveryStorage)?
    private var desks: [String: WebhookDesk] = [:]
    /// Contents that were not tried yet, so that nobody reads from the disk what was written a moment ago.
    private var fresh: [Int64: QueuedDelivery.Content] = [:]
    private var freshBytes = 0
    /// Delivered or given up, and still in the storage.
    private var settled: [Int64] = []
    private var isTurning = false
    /// Whether another was wanted meanwhile.
    private var isWantedAgain = false
    private var timer: Task<Void, Never>?
    private var timerDue: NIODeadline?

    /// Makes a courier; `run` sets it going.
    ///
    /// - Parameters:
    ///   - configuration: the one in force.
    ///   - server: what the server is called in messages.
    ///   - onFailure: is told of hooks that fail, whether or not there are webhooks; called on any thread.
    ///   - storage: opens the place where messages wait; `nil` where there is none, and they wait in memory.
    public init(
        configuration: @escaping @Sendable () -> ServerConfiguration, server: String, transport: HTTPHookTransport,
        logger: Logger, onFailure: @escaping @Sendable (HookFailure) -> Void,
        storage: @escaping @Sendable () async -> (any DeliveryStorage)?
    ) {
        self.init(
            configuration: configuration, server: server, carrier: transport, logger: logger, onFailure: onFailure,
            storage: storage)
    }

    init(
        configuration: @escaping @Sendable () -> ServerConfiguration, server: String, carrier: any HookTransport,
        logger: Logger, onFailure: @escaping @Sendable (HookFailure) -> Void = { _ in },
        storage: @escaping @Sendable () async -> (any DeliveryStorage)?
    ) {
        self.configuration = configuration
        self.server = server
        self.transport = carrier
        self.onFailure = onFailure
        self.logger = logger
        openStorage = storage
    }

    /// Puts down what happened, if anybody is told of it; returns at once, on any thread.
    public nonisolated func note(_ notice: @autoclosure () -> HookNotice) {
        guard !configuration().webhooks.isEmpty else { return }
        intake.put(notice())
    }

    /// Puts down that a hook does not do what it is there for.
    public nonisolated func note(_ failure: HookFailure) {
        onFailure(failure)
        note(HookNotice(.hookFailed(failure)))
    }

    // MARK: Life

    /// Brings notices until `finish`.
    public func run() async {
        intake.ring()
        for await _ in intake.rings { await turn() }
    }

    /// Lets what waits go out for a moment, keeps the rest for the next start, and ends `run`.
    public func finish(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        await turn()
        while ContinuousClock.now < end, desks.values.contains(where: { $0.lanes.count > 0 && $0.fault == nil }) {
            // There is nobody else to be told of the last arrival.
            try? await Task.sleep(for: .milliseconds(10))
            await turn()
        }
        intake.close()
        while isTurning { try? await Task.sleep(for: .milliseconds(5)) }
        await turn()
        timer?.cancel()
    }

    /// One look at everything: what has come, what has become due, what may go.
    private func turn() async {
        // Rung now, it would come back at once, again and again, and leave nobody a thread to end the other turn with.
        guard !isTurning else { return isWantedAgain = true }
        isTurning = true
        defer {
            isTurning = false
            if isWantedAgain { intake.ring() }
            isWantedAgain = false
        }
        let configuration = configuration()
        guard !configuration.webhooks.isEmpty || !desks.isEmpty else { return }
        if storage == nil { await open(configuration) }
        await takeUp(configuration)
        await takeIn()
        for name in desks.keys.sorted() { dispatch(name) }
        await removeSettled()
        setTimer()
    }

    private func open(_ configuration: ServerConfiguration) async {
        let storage = await openStorage()
        self.storage = storage ?? VolatileDeliveries()
        guard let storage else {
            return logger.warning("webhooks: what waits for them is lost with the server, for lack of a data folder")
        }
        await takeUp(configuration)
        let left: [QueuedDelivery]
        do {
            left = try await storage.deliveries()
        } catch {
            return logger.error("webhooks: what waited cannot be read", metadata: ["reason": "\(error)"])
        }
        for message in left {
            let dropped = desks[message.receiver]?.lanes.add(message) ?? [message.number]
            settled += dropped
            desks[message.receiver]?.noteDropped(dropped.count)
        }
        if !left.isEmpty { logger.notice("webhooks: messages of before", metadata: ["count": "\(left.count)"]) }
    }

    /// Takes up the configuration where it has changed.
    private func takeUp(_ configuration: ServerConfiguration) async {
        let limits = DeliveryLanes.Limits(configuration.webhookQueue)
        var gone = Set(desks.keys)
        for webhook in configuration.webhooks {
            gone.remove(webhook.name)
            if desks[webhook.name] == nil { desks[webhook.name] = WebhookDesk(webhook, limits: limits) }
            if desks[webhook.name]?.webhook != webhook {
                desks[webhook.name]?.webhook = webhook
                desks[webhook.name]?.lanes.retryAtOnce()
            }
            desks[webhook.name]?.lanes.limits = limits
        }
        for name in gone {
            guard let desk = desks.removeValue(forKey: name) else { continue }
            settled += desk.lanes.numbers
            logger.notice(
                "webhook removed", metadata: ["webhook": "\(name)", "dropped": "\(desk.lanes.count)"])
        }
    }

    // MARK: Coming

    private func takeIn() async {
        let (notices, lost) = intake.take()
        let now = UTCTime.now().millisecondsSince1970
        var drafts: [QueuedDelivery.Draft] = []
        for notice in notices {
            for desk in desks.values.sorted(by: { $0.webhook.name < $1.webhook.name }) {
                if let draft = draft(notice, for: desk.webhook) { drafts.append(draft) }
            }
        }
        if lost > 0 { for name in desks.keys { desks[name]?.noteDropped(lost) } }
        if let storage, !drafts.isEmpty {
            do {
                let numbers = try await storage.addDeliveries(drafts)
                for (number, draft) in zip(numbers, drafts) {
                    if freshBytes < Self.mostFreshBytes {
                        fresh[number] = draft.content
                        freshBytes += draft.content.body.count
                    }
                    let dropped = desks[draft.receiver]?.lanes.add(draft.numbered(number)) ?? [number]
                    settled += dropped
                    desks[draft.receiver]?.noteDropped(dropped.count)
                }
            } catch {
                logger.error("webhooks: messages cannot be kept, and are lost", metadata: ["reason": "\(error)"])
                for draft in drafts { desks[draft.receiver]?.noteDropped(1) }
            }
        }
        for name in desks.keys {
            let expired = desks[name]?.lanes.expire(now: now) ?? []
            settled += expired
            desks[name]?.noteDropped(expired.count)
            desks[name]?.measure(now: now)
            reportDrops(name)
        }
    }

    private func draft(_ notice: HookNotice, for webhook: ServerConfiguration.Webhook) -> QueuedDelivery.Draft? {
        guard notice.event.map(webhook.events.contains) ?? false,
            let message = webhook.format.message(notice, server: server)
        else { return nil }
        let session = notice.client?.session ?? ""
        return QueuedDelivery.Draft(
            receiver: webhook.name,
            lane: notice.path?.description ?? (session.isEmpty ? "" : DeliveryLanes.lane(ofConnection: session)),
            session: session, createdAt: notice.time.millisecondsSince1970,
            content: .init(
                event: message.event, id: message.id, contentType: message.contentType, body: message.body))
    }

    // MARK: Going

    private func dispatch(_ name: String) {
        while let dispatch = desks[name]?.lanes.next(now: .now()) {
            guard let webhook = desks[name]?.webhook else { return }
            Task { await deliver(dispatch, to: webhook) }
        }
    }

    private func deliver(_ dispatch: DeliveryLanes.Dispatch, to webhook: ServerConfiguration.Webhook) async {
        let content: QueuedDelivery.Content?
        do {
            content =
                if let fresh = takeFresh(dispatch.number) { fresh } else {
                    try await storage?.deliveryContent(dispatch.number)
                }
        } catch {
            // Not the receiver's fault; when the storage can be read again it goes on.
            desks[webhook.name]?.lanes.failed(dispatch, retryAt: .now() + Self.lookInterval)
            return intake.ring()
        }
        if let content {
            let message = HookMessage(
                contentType: content.contentType, body: content.body, event: content.event, id: content.id)
            do throws(HookFault) {
                try await send(message, to: webhook, attempt: dispatch.attempt)
                noteArrival(webhook.name)
            } catch {
                return noteFailure(dispatch, webhook.name, error)
            }
        }
        desks[webhook.name]?.lanes.delivered(dispatch)
        settled.append(dispatch.number)
        // What may go now goes at once, so that a fast receiver is not held up by the disk.
        self.dispatch(webhook.name)
        intake.ring()
    }

    private func takeFresh(_ number: Int64) -> QueuedDelivery.Content? {
        guard let content = fresh.removeValue(forKey: number) else { return nil }
        freshBytes -= content.body.count
        return content
    }

    private func send(
        _ message: HookMessage, to webhook: ServerConfiguration.Webhook, attempt: Int
    ) async throws(HookFault) {
        let request = HookRequest(
            message, to: webhook.url, secret: webhook.secret, attempt: attempt,
            seconds: UTCTime.now().millisecondsSince1970 / 1_000)
        let limit = TimeAmount(configuration().webhookQueue.timeLimit)
        let response = try await transport.send(request, limit: limit, readsAnswer: false)
        guard (200...299).contains(response.status) else { throw .status(response.status) }
    }

    private func noteArrival(_ name: String) {
        if desks[name]?.fault != nil { logger.notice("webhook answers again", metadata: ["webhook": "\(name)"]) }
        desks[name]?.noteDelivered(at: Date())
    }

    private func noteFailure(_ dispatch: DeliveryLanes.Dispatch, _ name: String, _ fault: HookFault) {
        guard let desk = desks[name] else { return }
        let schedule = RetrySchedule(longest: TimeAmount(configuration().webhookQueue.longestPause))
        let pause = schedule.pause(afterFailures: dispatch.attempt, chance: .random(in: 0...1))
        desks[name]?.lanes.failed(dispatch, retryAt: .now() + pause)
        desks[name]?.noteFailed(fault, at: Date())
        if desk.fault == nil {
            logger.error(
                "webhook fails, and is tried again",
                metadata: ["webhook": "\(name)", "url": "\(desk.webhook.url)", "reason": "\(fault.text)"])
            note(HookFailure(duty: .delivery, hook: name, reason: fault.text))
        }
        intake.ring()
    }

    /// Says now and then that something was given up.
    private func reportDrops(_ name: String) {
        guard let desk = desks[name], desk.unreportedDrops > 0,
            desk.dropsReportedAt.map({ NIODeadline.now() - $0 >= Self.dropReportInterval }) ?? true
        else { return }
        desks[name]?.unreportedDrops = 0
        desks[name]?.dropsReportedAt = .now()
        logger.error(
            "webhook: messages given up", metadata: ["webhook": "\(name)", "count": "\(desk.unreportedDrops)"])
        note(
            HookFailure(
                duty: .delivery, hook: name, reason: "messages were given up", dropped: desk.unreportedDrops))
    }

    private func removeSettled() async {
        guard !settled.isEmpty, let storage else { return }
        let numbers = settled
        settled = []
        for number in numbers { _ = takeFresh(number) }
        do {
            try await storage.removeDeliveries(numbers)
        } catch {
            // They are delivered once more after a restart, which receivers notice by the id.
            logger.debug("webhooks: delivered messages cannot be removed", metadata: ["reason": "\(error)"])
        }
    }

    private func setTimer() {
        guard desks.values.contains(where: { $0.lanes.count > 0 }) else { return }
        let now = NIODeadline.now()
        let due = desks.values.compactMap(\.lanes.nextDue).min().map { min($0, now + Self.lookInterval) }
        let next = due ?? now + Self.lookInterval
        if let timerDue, timerDue > now, timerDue <= next { return }
        timer?.cancel()
        timerDue = next
        timer = Task { [intake] in
            if (try? await Task.sleep(for: .nanoseconds((next - now).nanoseconds))) != nil { intake.ring() }
        }
    }

    // MARK: For those who look

    /// How every webhook does, in the order of the configuration.
    public func states() -> [WebhookState] {
        configuration().webhooks.map { webhook in
            let desk = desks[webhook.name]
            return WebhookState(
                name: webhook.name, url: "\(webhook.url)", format: webhook.format.rawValue,
                events: ServerConfiguration.HookEvent.allCases.filter(webhook.events.contains).map(\.rawValue),
                isSigned: webhook.secret != nil, queued: desk?.lanes.count ?? 0,
                queuedBytes: desk?.lanes.byteCount ?? 0,
                oldestAt: desk?.lanes.oldestCreatedAt.map { Date(millisecondsSince1970: $0) },
                delivered: desk?.delivered ?? 0, failures: desk?.failures ?? 0, dropped: desk?.dropped ?? 0,
                latestTryAt: desk?.latestTryAt, problem: desk?.fault?.text)
        }
    }

    /// Sends a webhook a message that says nothing but that it is a test, past the queue; `nil` when there is none of this
    /// name.
    public func test(_ name: String) async -> WebhookTrial? {
        guard let webhook = configuration().webhooks.first(where: { $0.name == name }) else { return nil }
        let client = ClientFacts(session: "test", transport: "test", address: "127.0.0.1")
        let notice = HookNotice(.test, application: "test", client: client)
        guard let message = webhook.format.message(notice, server: server) else { return nil }
        let begin = NIODeadline.now()
        var problem: String?
        do throws(HookFault) { try await send(message, to: webhook, attempt: 1) } catch { problem = error.text }
        let seconds = Double((NIODeadline.now() - begin).nanoseconds) / 1e9
        return WebhookTrial(isDelivered: problem == nil, problem: problem, seconds: seconds)
    }
}
