import AsyncHTTPClient
public import ConfigurationReading
import EndpointCore
import NIOConcurrencyHelpers
public import NIOCore
import NIOHTTP1

/// Carries messages over HTTP.
///
/// Redirects are not followed: what is sent is for the one who was named, and a body with a secret's signature for nobody
/// else. No more is read of an answer than is wanted, and nobody is waited for longer than the limit.
public final class HTTPHookTransport: HookTransport {
    /// Bytes of an answer that are read: 16 KiB, a hundred times what answers have.
    private static let longestAnswer = 16 << 10
    /// How long the rest of an answer that nobody wants is waited for, so that its connection can be used again.
    private static let patienceForRest = TimeAmount.milliseconds(500)

    private let eventLoops: EventLoopTurns
    private let version: String
    /// Made when it is first needed; a server without hooks has none, and neither has one that has stopped.
    private let state = NIOLockedValueBox<(client: HTTPClient?, isShutDown: Bool)>((nil, false))

    /// Makes a transport on event loops that outlive it.
    ///
    /// - Parameter version: the server's, for the header `User-Agent`.
    public init(eventLoops: any EventLoopGroup, version: String) {
        self.eventLoops = EventLoopTurns(eventLoops)
        self.version = version
    }

    /// Closes all connections; to be called before the transport is let go.
    public func shutdown() async {
        let client = state.withLockedValue { state in
            defer { state = (nil, true) }
            return state.client
        }
        // What could not be closed in order is closed all the same.
        try? await client?.shutdown()
    }

    func send(
        _ request: HookRequest, limit: TimeAmount, readsAnswer: Bool
    ) async throws(HookFault) -> HookResponse {
        var outgoing = HTTPClientRequest(url: request.url.revealed)
        outgoing.method = .POST
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        outgoing.body = .bytes(ByteBuffer(bytes: request.body))
        return try await exchange(outgoing, limit: limit, mostBytes: readsAnswer ? Self.longestAnswer : nil)
    }

    /// What is at an address: the body of an answer with status 200.
    ///
    /// - Parameters:
    ///   - limit: after which nobody waits any longer.
    ///   - mostBytes: a longer body is a fault, and is not read.
    ///   - accepting: for the header `Accept`.
    public func fetch(
        _ url: HookURL, limit: TimeAmount, mostBytes: Int, accepting mediaTypes: String
    ) async throws(HookFault) -> [UInt8] {
        var outgoing = HTTPClientRequest(url: url.revealed)
        outgoing.headers.add(name: "Accept", value: mediaTypes)
        let response = try await exchange(outgoing, limit: limit, mostBytes: mostBytes)
        guard response.status == 200 else { throw .status(response.status) }
        guard let body = response.body else { throw .answerTooLong }
        return body
    }

    private func exchange(
        _ request: HTTPClientRequest, limit: TimeAmount, mostBytes: Int?
    ) async throws(HookFault) -> HookResponse {
        var request = request
        request.headers.add(name: "User-Agent", value: "Swiftwater/\(version)")
        guard let client = currentClient else { throw .unreachable("the server is about to stop") }
        let answer = await eventLoops.within(limit, orElse: .failure(HookFault.timedOut)) { [request] in
            await Self.exchange(request, client, limit: limit, mostBytes: mostBytes)
        }
        return try answer.get()
    }

    private var currentClient: HTTPClient? {
        state.withLockedValue { state in
            if state.client != nil || state.isShutDown { return state.client }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.httpVersion = .http1Only
            configuration.timeout.connect = .seconds(10)
            configuration.connectionPool.idleTimeout = .seconds(20)
            configuration.connectionPool.retryConnectionEstablishment = false
            let new = HTTPClient(eventLoopGroupProvider: .shared(eventLoops), configuration: configuration)
            state.client = new
            return new
        }
    }

    /// - Parameter mostBytes: bytes of the answer's body that are wanted; `nil` where its head is enough.
    private static func exchange(
        _ request: HTTPClientRequest, _ client: HTTPClient, limit: TimeAmount, mostBytes: Int?
    ) async -> Result<HookResponse, HookFault> {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: limit)
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
            return .failure(.timedOut)
        } catch {
            return .failure(.unreachable(String("\(error)".prefix(160))))
        }
        var answer = HookResponse(status: Int(response.status.code), location: response.headers.first(name: "location"))
        if let mostBytes {
            do {
                answer.body = Array(buffer: try await response.body.collect(upTo: mostBytes))
            } catch is NIOTooManyBytesError {
                answer.body = nil
            } catch {
                return .failure(.unreachable("the connection broke within the answer"))
            }
        } else {
            // For the connection's sake alone: what the head said counts, whatever becomes of the rest.
            let rest = Task { _ = try? await response.body.collect(upTo: longestAnswer) }
            Task {
                try? await Task.sleep(for: .nanoseconds(patienceForRest.nanoseconds))
                rest.cancel()
            }
        }
        return .success(answer)
    }
}
