extension ConfigurationReport {
    /// What is wrong with a file that a key names.
    ///
    /// - Parameters:
    ///   - reason: which file, and why, in the words of who reads it.
    ///   - key: the key, such as `tls.certificates`.
    ///   - part: the part of its value, such as `[0]`.
    public func fault(ofFile reason: String, key: String, part: String = "") -> ConfigurationFault {
        let origin = settings.first { $0.key == key }?.origin ?? .builtIn
        return ConfigurationFault(.unusableFile(reason), at: origin, key: key + part)
    }

    /// Why the file of public keys cannot be read; `nil` when it can, and where no file is named.
    public var keySetFault: ConfigurationFault? {
        guard case .file(let name) = configuration.auth.tokens.keySet, let flaw = BoundedFile.flaw(of: name) else {
            return nil
        }
        return fault(ofFile: "\(name) \(flaw)", key: "auth.token-keys")
    }
}
