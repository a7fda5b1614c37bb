public import Webhooks

extension EventFeed {
    /// Tells that a hook does not do what it is there for, as webhooks are told: to those who may see how hooks do.
    public func hookFailed(_ failure: HookFailure) {
        publish("hook.failed", for: .operators) { writer in
            writer.member("hook") { writer in
                writer.member("duty", failure.duty.rawValue)
                writer.member("name", failure.hook)
                writer.member("reason", failure.reason)
                if failure.dropped > 0 { writer.member("dropped", failure.dropped) }
            }
        }
    }
}
