import ConfigurationReading
import EndpointCore

extension HookRequest {
    /// A message to a hook, signed where there is a secret.
    ///
    /// - Parameters:
    ///   - attempt: counts from 1.
    ///   - seconds: the time, since 1970.
    init(_ message: HookMessage, to url: HookURL, secret: Secret?, attempt: Int = 1, seconds: Int64) {
        var headers = [
            (name: "Content-Type", value: message.contentType), (name: "Swiftwater-Event", value: message.event),
            (name: "Swiftwater-Event-Id", value: message.id), (name: "Swiftwater-Attempt", value: "\(attempt)"),
        ]
        if let secret {
            headers.append(
                (
                    name: HookSignature.headerName,
                    value: HookSignature.header(secret: secret, body: message.body, seconds: seconds)
                ))
        }
        self.init(url: url, headers: headers, body: message.body)
    }
}
