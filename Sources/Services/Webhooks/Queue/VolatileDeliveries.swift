import Catalogue
import NIOConcurrencyHelpers

/// Messages that wait in memory alone, where there is no data folder.
///
/// How many there are is bounded by whoever adds them, as with the catalogue.
final class VolatileDeliveries: DeliveryStorage {
    private struct State {
        var latest: Int64 = 0
        var drafts: [Int64: QueuedDelivery.Draft] = [:]
    }

    private let state = NIOLockedValueBox(State())

    func addDeliveries(_ drafts: [QueuedDelivery.Draft]) async throws -> [Int64] {
        state.withLockedValue { state in
            drafts.map { draft in
                state.latest += 1
                state.drafts[state.latest] = draft
                return state.latest
            }
        }
    }

    func deliveries() async throws -> [QueuedDelivery] {
        state.withLockedValue { state in
            state.drafts.sorted { $0.key < $1.key }.map { $0.value.numbered($0.key) }
        }
    }

    func deliveryContent(_ number: Int64) async throws -> QueuedDelivery.Content? {
        state.withLockedValue { $0.drafts[number]?.content }
    }

    func removeDeliveries(_ numbers: [Int64]) async throws {
        state.withLockedValue { state in
            for number in numbers { state.drafts[number] = nil }
        }
    }
}
