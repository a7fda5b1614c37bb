import Authorization
import ConfigurationReading
import NIOCore
import Webhooks

/// Fetches key sets by what carries messages to hooks too, with the same care: no redirect is followed.
struct KeySetFetcher: KeySetSource {
    let transport: HTTPHookTransport

    func keySet(at url: HookURL, limit: TimeAmount, mostBytes: Int) async throws(KeySetFault) -> [UInt8] {
        do throws(HookFault) {
            return try await transport.fetch(
                url, limit: limit, mostBytes: mostBytes, accepting: "application/jwk-set+json, application/json")
        } catch {
            throw KeySetFault(error.text)
        }
    }
}
