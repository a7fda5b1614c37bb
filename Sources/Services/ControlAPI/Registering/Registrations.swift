import Authorization
public import Catalogue
public import MediaModel

/// What the API needs to set up live streams and to make tokens.
public struct Registrations: Sendable {
    let catalogue: CatalogueDoor
    let rtmpPort: @Sendable () -> Int
    let publicURL: @Sendable () -> String?
    let keysChanged: @Sendable () async -> Void
    let isUsed: @Sendable (_ key: RegisteredKey.ID, _ path: StreamPath, _ address: String) -> Bool
    let streamChanged: @Sendable (StreamPath) -> Void

    /// Gathers it.
    ///
    /// - Parameters:
    ///   - rtmpPort: where encoders publish.
    ///   - publicURL: how the server is reached from outside, where that is configured.
    ///   - keysChanged: is called when signing keys have changed.
    ///   - streamChanged: is called when a live stream was set up, changed or deleted.
    ///   - isUsed: says whether who publishes a stream from an address may do so by a key.
    public init(
        catalogue: CatalogueDoor, rtmpPort: @escaping @Sendable () -> Int,
        publicURL: @escaping @Sendable () -> String? = { nil },
        keysChanged: @escaping @Sendable () async -> Void = {},
        streamChanged: @escaping @Sendable (StreamPath) -> Void = { _ in },
        isUsed: @escaping @Sendable (_ key: RegisteredKey.ID, _ path: StreamPath, _ address: String) -> Bool = {
            _, _, _ in false
        }
    ) {
        self.catalogue = catalogue
        self.rtmpPort = rtmpPort
        self.publicURL = publicURL
        self.keysChanged = keysChanged
        self.streamChanged = streamChanged
        self.isUsed = isUsed
    }
}

extension APIProblem {
    /// Puts into words why the catalogue or a registrar declined; `nil` for what is no fault of the request.
    init?(_ error: any Error) {
        switch error {
        case let problem as APIProblem: self = problem
        case CatalogueFault.pathTaken(let path):
            self = .conflict("\(path) belongs to another live stream: choose another name")
        case CatalogueFault.userTaken(let user):
            self = .conflict("the user \(user) belongs to another live stream of the application: choose another one")
        case CatalogueFault.tooManyKeys(let limit):
            self = .conflict("a live stream has at most \(limit) keys: delete some first")
        case CatalogueFault.tooManyTokens(let limit):
            self = .conflict("there are at most \(limit) tokens: delete some first")
        case let fault as RegistrationFault: self = .badRequest(fault.explanation)
        default: return nil
        }
    }

    /// Does something with the catalogue, and puts into words what goes wrong.
    static func explaining<Value>(_ body: () async throws -> Value) async throws(APIProblem) -> Value {
        do {
            return try await body()
        } catch {
            throw APIProblem(error) ?? .unavailable("the data folder cannot be used; the server's log says why")
        }
    }
}

extension RegistrationFault {
    fileprivate var explanation: String {
        switch self {
        case .title: "name is 1 to 200 visible characters"
        case .label: "label is 1 to 64 visible characters"
        case .user: "user is 1 to 64 letters, digits, '.', '_', '-' and '@'"
        case .path: "stream names have letters, digits, '.', '_', '-', '~' and single inner '/'"
        case .reservedName: "stream names cannot begin like keys"
        case .tooManyAddresses: "a key has at most \(RegisteredKey.mostAddresses) addresses"
        case .past: "what ends must end in the future"
        }
    }
}
