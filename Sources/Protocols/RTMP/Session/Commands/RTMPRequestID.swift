/// Names a request within its session, so that the answer finds it.
public struct RTMPRequestID: Hashable, Sendable {
    let number: UInt64

    init(number: UInt64) {
        self.number = number
    }
}
