public import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Opens the catalogue when it is first needed, and says once when that cannot be done: a server without it serves on.
public actor CatalogueDoor {
    /// How long after a failure it is tried again: 30 s.
    private static let patience = Duration.seconds(30)

    private let folder: String
    private let prepare: @Sendable (any CatalogueStorage) async throws -> Void
    private let open: @Sendable () throws -> any CatalogueStorage
    private let logger: Logger

    private var opening: Task<(any CatalogueStorage)?, Never>?
    private var failedAt: ContinuousClock.Instant?
    private var hasComplained = false

    /// Makes a door to the catalogue in a folder.
    ///
    /// - Parameters:
    ///   - logger: is told once when the folder cannot be used.
    ///   - prepare: is done once the catalogue is open, before anybody else gets it.
    public init(
        folder: String, logger: Logger,
        prepare: @escaping @Sendable (any CatalogueStorage) async throws -> Void = { _ in }
    ) {
        self.init(folder: folder, logger: logger, prepare: prepare) { try SQLiteCatalogue(folder: folder) }
    }

    init(
        folder: String, logger: Logger, prepare: @escaping @Sendable (any CatalogueStorage) async throws -> Void,
        open: @escaping @Sendable () throws -> any CatalogueStorage
    ) {
        self.folder = folder
        self.logger = logger
        self.prepare = prepare
        self.open = open
    }

    /// Whether the folder has a catalogue, or is there to have one.
    public nonisolated var isExpected: Bool { FileManager.default.fileExists(atPath: folder) }

    /// The catalogue, or `nil` where it cannot be opened.
    public func storage() async -> (any CatalogueStorage)? {
        if let opening, failedAt.map({ $0.duration(to: .now) < Self.patience }) ?? true { return await opening.value }
        failedAt = nil
        let task = Task { await self.begin() }
        opening = task
        return await task.value
    }

    private func begin() async -> (any CatalogueStorage)? {
        do {
            let storage = try open()
            try await prepare(storage)
            if hasComplained { logger.notice("data folder in use again", metadata: ["folder": "\(folder)"]) }
            hasComplained = false
            return storage
        } catch {
            failedAt = .now
            if !hasComplained {
                logger.warning(
                    "data folder cannot be used: no live streams, keys and tokens but those of the configuration",
                    metadata: ["folder": "\(folder)", "reason": "\(error)"])
            }
            hasComplained = true
            return nil
        }
    }
}
