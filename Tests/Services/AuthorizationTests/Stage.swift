import Catalogue
import ConfigurationReading
import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOConcurrencyHelpers

@testable import Authorization

/// An authorizer with a catalogue in a folder of the test's own, and a configuration that can be changed.
final class Stage: Sendable {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)").path
    let catalogue: CatalogueDoor
    let authorizer: PolicyAuthorizer
    private let configuration: NIOLockedValueBox<ServerConfiguration>

    init(
        keySets: (any KeySetSource)? = nil, leastPauseBetweenFetches: Duration = .zero,
        logger: Logger = Logger(label: "test"), _ change: (inout ServerConfiguration) -> Void = { _ in }
    ) {
        var initial = ServerConfiguration()
        change(&initial)
        let box = NIOLockedValueBox(initial)
        configuration = box
        catalogue = CatalogueDoor(folder: folder, logger: Logger(label: "test"))
        authorizer = PolicyAuthorizer(
            configuration: { box.withLockedValue { $0 } }, catalogue: catalogue, keySets: keySets,
            leastPauseBetweenFetches: leastPauseBetweenFetches,
            // Nonces are good for a minute, and a slow machine may take longer.
            seconds: { 1_790_000_000 }, logger: logger)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func change(_ body: (inout ServerConfiguration) -> Void) { configuration.withLockedValue { body(&$0) } }

    var storage: any CatalogueStorage {
        get async throws {
            guard let storage = await catalogue.storage() else { throw CancellationError() }
            return storage
        }
    }

    var streams: LiveStreamRegistrar { get async throws { LiveStreamRegistrar(try await storage) } }
    var tokens: TokenRegistrar { get async throws { TokenRegistrar(try await storage) } }

    func publish(
        _ name: String, in application: String = "live", _ query: [(String, String)] = [], from address: String = far,
        isFromThisMachine: Bool = false, login: StreamLogin? = nil
    ) async -> StreamDecision {
        await authorizer.authorizePublish(
            StreamWish(
                application: application, name: name, query: query.map { (name: $0.0, value: $0.1) },
                peerAddress: address, isFromThisMachine: isFromThisMachine, login: login))
    }

    func play(
        _ name: String, in application: String = "live", _ query: [(String, String)] = [], from address: String = far
    ) async -> StreamDecision {
        await authorizer.authorizePlay(
            StreamWish(
                application: application, name: name, query: query.map { (name: $0.0, value: $0.1) },
                peerAddress: address))
    }
}

/// An address of somebody else's machine.
let far = "192.0.2.7"
