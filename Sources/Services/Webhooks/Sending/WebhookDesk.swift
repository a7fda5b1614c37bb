import ConfigurationReading
import EndpointCore
import Metrics
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One webhook with what waits for it, and how it has done.
struct WebhookDesk: Sendable {
    var webhook: ServerConfiguration.Webhook
    var lanes: DeliveryLanes
    var delivered = 0
    var failures = 0
    var dropped = 0
    /// Whether its latest try failed, and why.
    var fault: HookFault?
    var latestTryAt: Date?
    /// Given up since somebody was last told, and when that was.
    var unreportedDrops = 0
    var dropsReportedAt: NIODeadline?
    private let metrics: WebhookMetrics

    init(_ webhook: ServerConfiguration.Webhook, limits: DeliveryLanes.Limits) {
        self.webhook = webhook
        lanes = DeliveryLanes(limits: limits)
        metrics = WebhookMetrics(webhook.name)
    }

    mutating func noteDelivered(at time: Date) {
        delivered += 1
        fault = nil
        latestTryAt = time
        metrics.deliveries.increment()
    }

    mutating func noteFailed(_ fault: HookFault, at time: Date) {
        failures += 1
        self.fault = fault
        latestTryAt = time
        metrics.failures.increment()
    }

    mutating func noteDropped(_ count: Int) {
        guard count > 0 else { return }
        dropped += count
        unreportedDrops += count
        metrics.dropped.increment(by: count)
    }

    /// Brings the metrics of what waits up to date.
    func measure(now: Int64) {
        metrics.queued.record(lanes.count)
        metrics.oldest.record(lanes.oldestCreatedAt.map { Double(max(0, now - $0)) / 1_000 } ?? 0)
    }
}

/// What is counted for each webhook.
private struct WebhookMetrics {
    let deliveries: Counter
    let failures: Counter
    let dropped: Counter
    let queued: Gauge
    let oldest: Gauge

    init(_ name: String) {
        let dimensions = [("webhook", name)]
        deliveries = Counter(label: "swiftwater_webhook_deliveries_total", dimensions: dimensions)
        failures = Counter(label: "swiftwater_webhook_failures_total", dimensions: dimensions)
        dropped = Counter(label: "swiftwater_webhook_dropped_total", dimensions: dimensions)
        queued = Gauge(label: "swiftwater_webhook_queued", dimensions: dimensions)
        oldest = Gauge(label: "swiftwater_webhook_oldest_seconds", dimensions: dimensions)
    }
}

extension DeliveryLanes.Limits {
    init(_ queue: ServerConfiguration.WebhookQueue) {
        self.init(
            messages: queue.events, bytes: queue.bytes, keepMilliseconds: queue.keep.components.seconds * 1_000,
            atOnce: queue.atOnce)
    }
}
