public import ConfigurationReading
import TransportSecurity

extension ConfigurationReport {
    /// Reads the files that the configuration names, as a server does that starts.
    ///
    /// - Parameter withKeySets: whether keys of tokens are asked for too, which may come while the server runs.
    /// - Throws: what is wrong with them, all at once.
    public func checkFiles(withKeySets: Bool) throws(ConfigurationFaults) {
        var faults: [ConfigurationFault] = []
        if configuration.needsCertificates {
            for (index, pair) in configuration.tls.certificates.enumerated() {
                guard let flaw = CertificateFiles(pair).fault else { continue }
                faults.append(fault(ofFile: "\(flaw)", key: "tls.certificates", part: "[\(index)]"))
            }
            if let flaw = TLSProfile.rtmps(configuration).fault {
                faults.append(fault(ofFile: "\(flaw)", key: "rtmps.client-ca"))
            }
        }
        if withKeySets, let fault = keySetFault { faults.append(fault) }
        guard faults.isEmpty else { throw ConfigurationFaults(faults: faults) }
    }
}
