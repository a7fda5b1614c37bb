import Authorization
import Catalogue
import EndpointCore
import Logging
import NIOCore
import Webhooks

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Everything that speaks to the operator's back ends: who is told what happens, and who is asked.
struct HookRoom: Sendable {
    /// How long what is still to be told may take when the server stops; the rest is told after its next start.
    private static let farewell = Duration.seconds(1)

    let courier: WebhookCourier
    let admission: AdmissionAuthorizer
    let updates: SessionUpdates
    private let publishers = LatestPublishers()
    private let transport: HTTPHookTransport

    init(
        _ configuration: CurrentConfiguration, policy: PolicyAuthorizer, catalogue: CatalogueDoor,
        sessions: SessionDirectory, transport: HTTPHookTransport, eventLoops: any EventLoopGroup, logger: Logger,
        onFailure: @escaping @Sendable (HookFailure) -> Void
    ) {
        let courier = WebhookCourier(
            configuration: { configuration.value }, server: Self.hostName, transport: transport, logger: logger,
            onFailure: onFailure
        ) {
            await catalogue.storage()
        }
        admission = AdmissionAuthorizer(
            after: policy, configuration: { configuration.value },
            isOwnSecret: {
                policy.isOwnSecret(
                    name: $0.name, value: $0.value, application: $0.application, isForPlaying: $0.isForPlaying)
            },
            transport: transport, server: Self.hostName, eventLoops: eventLoops, logger: logger
        ) { courier.note($0) }
        updates = SessionUpdates(
            of: sessions, configuration: { configuration.value }, admission: admission, logger: logger)
        self.courier = courier
        self.transport = transport
    }

    /// Turns what happens into what is told.
    var notices: HookNotices { HookNotices(courier: courier, admission: admission, publishers: publishers) }

    /// Tells what there is time for, and closes all connections.
    func close() async {
        await courier.finish(within: Self.farewell)
        await transport.shutdown()
    }

    /// What the machine is called.
    private static var hostName: String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "localhost" }
        let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty ? "localhost" : name
    }
}
