import ConfigurationReading

extension HookNotice {
    /// By which webhooks choose it; `nil` for what is sent to one whatever it chose.
    var event: ServerConfiguration.HookEvent? {
        switch kind {
        case .connect: .connect
        case .disconnect: .disconnect
        case .publish: .publish
        case .publishEnd: .publishEnd
        case .play: .play
        case .playEnd: .playEnd
        case .record: .record
        case .recordEnd: .recordEnd
        case .recordFailed: .recordFailed
        case .findingRaised: .findingRaised
        case .findingCleared: .findingCleared
        case .hookFailed: .hookFailed
        case .test: nil
        }
    }

    /// Its name in our own form.
    var name: String { event?.rawValue ?? "test" }
}
