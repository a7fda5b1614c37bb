import ConfigurationReading

extension ServerConfiguration.HookFormat {
    /// A notice in this form; `nil` where the form has no words for it.
    func message(_ notice: HookNotice, server: String) -> HookMessage? {
        switch self {
        case .swiftwater: SwiftwaterForm(server: server).message(notice)
        case .nginxRTMP: NginxRTMPForm().message(notice)
        case .srs: SRSForm(server: server).message(notice)
        }
    }

    /// A question in this form.
    func message(_ question: HookQuestion, server: String) -> HookMessage? {
        switch self {
        case .swiftwater: SwiftwaterForm(server: server).message(question)
        case .nginxRTMP: NginxRTMPForm().message(question)
        case .srs: SRSForm(server: server).message(question)
        }
    }

    /// The question whether a session may go on, in this form; `nil` where the form has no words for it.
    func message(_ update: HookUpdate, server: String) -> HookMessage? {
        switch self {
        case .swiftwater: SwiftwaterForm(server: server).message(update)
        case .nginxRTMP: NginxRTMPForm().message(update)
        case .srs: nil
        }
    }
}
